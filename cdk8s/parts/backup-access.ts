import { and, eq } from '../helm/expr.ts';
import { name, v } from '../names.ts';
import type { ApiAccess } from './api-access.ts';

/** The Lease of the pod that streams. */
export const backupLease = `${name}-backup`;

/** Whether the pods elect the one that streams by that Lease. */
export const electsByLease = and(v.backup.enabled, eq(v.backup.election, 'lease'));
/** Whether the drill runs. It tells its result in an Event. */
export const verifies = and(v.backup.enabled, v.backup.verify.enabled);

const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };

/** Kubernetes cannot tie `create` to a name, since there is none yet. */
export const streamAccess: ApiAccess = {
  when: electsByLease,
  rules: [
    { ...leases, verbs: ['create'] },
    { ...leases, resourceNames: [backupLease], verbs: ['get', 'update'] },
  ],
};

export const verifyAccess: ApiAccess = {
  when: verifies,
  rules: [{ apiGroups: [''], resources: ['events'], verbs: ['create'] }],
};
