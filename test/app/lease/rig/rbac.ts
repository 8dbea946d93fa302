import type { KubeApi } from './kube-api.ts';

/** Gives the pods the rights that the chart gives: this one Lease, Events, and the label of the pods. */
export async function grant(api: KubeApi): Promise<void> {
  const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  await api.create(`${roles}/roles`, {
    metadata: { name: 'liteset' },
    rules: [
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: ['liteset'],
        verbs: ['get', 'patch', 'create'],
      },
      { apiGroups: [''], resources: ['events'], verbs: ['create'] },
      { apiGroups: [''], resources: ['pods'], resourceNames: ['pod-0', 'pod-1', 'pod-2'], verbs: ['patch'] },
    ],
  });
  await api.create(`${roles}/rolebindings`, {
    metadata: { name: 'liteset' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'liteset' },
    subjects: [{ kind: 'User', name: 'pod', apiGroup: 'rbac.authorization.k8s.io' }],
  });
}
