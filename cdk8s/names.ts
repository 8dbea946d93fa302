import { include, includeMap, release, text } from './helm/expr.ts';
import { references } from './helm/values.ts';
import { Values } from './values.ts';

/** References to the values of the chart. */
export const v = references(Values);

/** Name of the release's objects, and of its StatefulSet: the pods are `<name>-0`, `<name>-1`, and so on. */
export const name = include('liteset.fullname');
/** Name of the Service that gives each pod a name in DNS, before it is ready too. */
export const headlessName = `${name}-headless`;
/** Domain below which each pod has its name. The cluster's own domain is a search domain of every pod. */
export const peers = `${headlessName}.${release.namespace}.svc`;
export const serviceAccountName = include('liteset.serviceAccountName');

export const labels = includeMap('liteset.labels');
/** Labels that never change, since Kubernetes lets nobody change a selector. */
export const selectorLabels = includeMap('liteset.selectorLabels');

/** The image of the application, by tag or by digest. */
export const image = text(include('liteset.image'));

export const ports = { http: 8080, litefs: 20202, backup: 9090 } as const;
/** The user that the program runs as. LiteFS itself is root, in a user namespace if `fuse.mode` is `device`. */
export const user = 10001;
export const paths = {
  config: '/etc/litefs',
  data: '/var/lib/litefs',
  mount: '/litefs',
  token: '/etc/litefs-consul',
} as const;
