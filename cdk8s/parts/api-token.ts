import type { k8s } from 'cdk8s-plus-27';
import { itemComment } from '../helm/blocks.ts';
import type { TemplatedFields } from '../helm/expr.ts';

const volume = 'api-access';

/** The token of the ServiceAccount, for the containers that need it and no other. */
export const apiToken: {
  readonly volume: readonly TemplatedFields<k8s.Volume>[];
  readonly mount: TemplatedFields<k8s.VolumeMount>;
} = {
  volume: [
    ...itemComment('automountServiceAccountToken would show this token to the application, too.'),
    {
      name: volume,
      projected: {
        sources: [
          ...itemComment('The kubelet renews the token when four fifths of that time, in seconds, are over.'),
          { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    },
  ],
  mount: { name: volume, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
};
