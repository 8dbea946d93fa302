import { and, eq, includeMap } from '../helm/expr.ts';
import { name, v } from '../names.ts';
import type { ApiAccess } from './api-access.ts';

/** Whether the pods agree on the primary by a Lease of Kubernetes. */
export const byKubernetes = eq(v.lease.type, 'kubernetes');
/** Whether the pods have their role as a label. */
export const labelsRoles = and(byKubernetes, v.lease.kubernetes.roleLabel);

/** The pods may read and change that one Lease, and write Events. The chart makes the Lease, so that they need no right to make any. */
export const leaseAccess: ApiAccess = {
  when: byKubernetes,
  rules: [
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [`${name}`], verbs: ['get', 'patch'] },
    // Of transactions that were discarded.
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  ],
};

/** They may label one another: a new primary takes the label from one that is gone. */
export const labelAccess: ApiAccess = {
  when: labelsRoles,
  rules: [
    { apiGroups: [''], resources: ['pods'], resourceNames: includeMap<string[]>('liteset.podNames'), verbs: ['patch'] },
  ],
};
