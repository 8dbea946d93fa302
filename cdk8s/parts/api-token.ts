import type { k8s } from 'cdk8s-plus-27';
import type { TemplatedFields } from '../helm/expr.ts';

const volume = 'api-access';

/**
 * The token of the ServiceAccount, for the containers that need it and no other: Kubernetes' own way to mount it
 * (automountServiceAccountToken) would show it to the application, too.
 */
export const apiToken: {
  readonly volume: TemplatedFields<k8s.Volume>;
  readonly mount: TemplatedFields<k8s.VolumeMount>;
} = {
  volume: {
    name: volume,
    projected: {
      sources: [
        // The kubelet renews it when four fifths of that time, in seconds, are over.
        { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
      ],
    },
  },
  mount: { name: volume, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
};
