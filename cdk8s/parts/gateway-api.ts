import { crd } from '../helm/crd.ts';
import type { ParentReference, RouteMatch } from '../values/traffic.ts';

/** What the chart uses of an HTTPRoute. */
interface HttpRouteProps {
  readonly spec: {
    readonly parentRefs: ParentReference[];
    readonly hostnames?: string[];
    readonly rules: {
      readonly matches?: RouteMatch[];
      readonly filters?: RouteMatch[];
      readonly backendRefs: { readonly name: string; readonly port: number }[];
    }[];
  };
}

export const HttpRoute = crd<HttpRouteProps>('gateway.networking.k8s.io/v1', 'HTTPRoute');
