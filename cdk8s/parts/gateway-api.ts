import { ApiObject, type GroupVersionKind } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ParentReference, RouteMatch } from '../values/traffic.ts';

/** What the chart uses of an HTTPRoute; no version of cdk8s-plus has the Gateway API. */
export interface HttpRouteProps {
  readonly metadata?: object;
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

export class HttpRoute extends ApiObject {
  static readonly GVK: GroupVersionKind = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };

  constructor(scope: Construct, id: string, props?: HttpRouteProps) {
    super(scope, id, { ...HttpRoute.GVK, ...(props as object) });
  }
}
