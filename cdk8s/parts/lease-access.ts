import { itemComment } from '../helm/blocks.ts';
import { and, eq } from '../helm/condition.ts';
import { includeMap } from '../helm/expr.ts';
import { name, v } from '../names.ts';
import type { ApiAccess } from './access.ts';

/** Whether the pods agree on the primary by a Lease of Kubernetes. */
export const byKubernetes = eq(v.lease.type, 'kubernetes');
/** Whether the pods have their role as a label. */
export const labelsRoles = and(byKubernetes, v.lease.kubernetes.roleLabel);

export const leaseAccess: ApiAccess = {
  when: byKubernetes,
  rules: [
    ...itemComment(
      'The sidecar elects the primary, and makes the Lease if it is gone. `create` with a name allows server-side apply only.',
    ),
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: [`${name}`],
      verbs: ['get', 'patch', 'create'],
    },
    ...itemComment('Events report transactions that were discarded.'),
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  ],
};

export const labelAccess: ApiAccess = {
  when: labelsRoles,
  rules: [
    ...itemComment('The pods label one another: a new primary takes the label from one that is gone.'),
    { apiGroups: [''], resources: ['pods'], resourceNames: includeMap<string[]>('liteset.podNames'), verbs: ['patch'] },
  ],
};
