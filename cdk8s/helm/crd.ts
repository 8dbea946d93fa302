import { ApiObject, type GroupVersionKind } from 'cdk8s';
import type { ApiClass } from './manifest.ts';

/**
 * A kind that Kubernetes does not have itself, for `Manifest`. `Props` is what the chart uses of it: no version of
 * cdk8s-plus knows more.
 */
export const crd = <Props extends object>(apiVersion: string, kind: string): ApiClass<Props> =>
  class extends ApiObject {
    static readonly GVK: GroupVersionKind = { apiVersion, kind };
  } as unknown as ApiClass<Props>;
