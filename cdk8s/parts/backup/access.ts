import { itemComment } from '../../helm/blocks.ts';
import { and, eq } from '../../helm/condition.ts';
import { name, v } from '../../names.ts';
import type { ApiAccess } from '../access.ts';

/** The Lease of the pod that streams. */
export const backupLease = `${name}-backup`;

/** Whether the pods elect the one that streams by that Lease. */
export const electsByLease = and(v.backup.enabled, eq(v.backup.election, 'lease'));
/** Whether backups are verified. */
export const verifies = and(v.backup.enabled, v.backup.verify.enabled);

const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };

export const streamAccess: ApiAccess = {
  when: electsByLease,
  rules: [
    ...itemComment(
      'The backup elects the pod that streams, and makes the Lease. `create` with a name allows server-side apply only.',
    ),
    { ...leases, resourceNames: [backupLease], verbs: ['get', 'update', 'patch', 'create'] },
  ],
};

export const verifyAccess: ApiAccess = {
  when: verifies,
  rules: [
    ...itemComment('The verification of the backup reports its result in an Event.'),
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  ],
};
