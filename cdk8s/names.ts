import { Expr, include, includeMap, text } from './helm/expr.ts';
import { references } from './helm/values.ts';
import { Values } from './values.ts';

/** References to the values of the chart. */
export const v = references(Values);

/** Name of the release's objects, and of its StatefulSet: the pods are `<name>-0`, `<name>-1`, and so on. */
export const name = include('liteset.fullname');
/** Name of the Service that gives each pod a name in DNS, before it is ready too. */
export const headlessName = include('liteset.headlessName');
/** Domain below which each pod has its name. The cluster's own domain is a search domain of every pod. */
export const peers = include('liteset.peers');
export const serviceAccountName = include('liteset.serviceAccountName');

/** Labels of an object of the release. */
export const labels = includeMap('liteset.labels');
/** Labels that never change, since Kubernetes lets nobody change a selector. */
export const selectorLabels = includeMap('liteset.selectorLabels');
/** Labels of an object of the release, with more of the user's. */
export const labelsWith = (more: Expr<Record<string, string>>) => includeMap('liteset.labelsWith', more);
/** Labels of a part of the release that is none of the application's pods, and must not be taken for one. */
export const labelsOfPart = (part: 'backup' | 'test', more?: Expr<Record<string, string>>) =>
  includeMap('liteset.partLabels', part, more ?? new Expr('dict', 'block'));

/** The image of the application, by tag or by digest. */
export const image = text(include('liteset.image'));

/**
 * `cluster`: between the pods' middlewares; `consul`: where LiteFS finds the lease's sidecar, on the loopback; `lease`:
 * where others ask it; `status`: probes, metrics and status of the application, which no Service offers. `proxy` and `proxyStatus` are
 * `http` and `status` in front of an application of yours.
 */
export const ports = {
  ...{ http: 8080, status: 9091, litefs: 20202, cluster: 20203, backup: 9090, consul: 8500, lease: 8501 },
  ...{ proxy: 20200, proxyStatus: 20204 },
} as const;
/** The user that the program runs as. LiteFS itself is root, in a user namespace if `fuse.mode` is `device`. */
export const user = 10001;
export const paths = {
  config: '/etc/litefs',
  data: '/var/lib/litefs',
  mount: '/litefs',
  discarded: '/var/lib/liteset-discarded',
  token: '/etc/litefs-consul',
} as const;
