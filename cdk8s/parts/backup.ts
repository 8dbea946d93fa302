import type { k8s } from 'cdk8s-plus-27';
import {
  Expr,
  itemsOf,
  not,
  optional,
  or,
  orElse,
  release,
  type TemplatedFields,
  text,
  whenItems,
} from '../helm/expr.ts';
import { paths, ports, v } from '../names.ts';
import { apiToken } from './api-token.ts';
import { backupLease, electsByLease } from './backup-access.ts';
import {
  backupUrl,
  claim,
  program,
  restoresFromClaim,
  restoreUrl,
  streamsToClaim,
  unprivileged,
} from './backup-program.ts';

/** Room for one copy of the database. */
const scratch = 'backup-scratch';
const database = ['-data', paths.data, '-db', 'invoices.db'];
/** A pod that was made anew is another one, even under the same name; a container that was started again is not. */
const identity = '$(POD_NAME)_$(POD_UID)';
const highestOrdinal = new Expr<string>(`sub ${v.replicaCount.pipeline} 1`, 'quoted');
const logLevel = ['-log-level', v.backup.logLevel];

/** Fills an empty volume before LiteFS sees it. */
const restore: TemplatedFields<k8s.Container> = {
  name: 'restore',
  ...program(orElse(v.restore.existingSecret, v.backup.existingSecret)),
  args: [
    'seed',
    ...['-url', restoreUrl, ...database, '-if-no-backup', v.restore.ifNoBackup, ...logLevel],
    ...whenItems(v.restore.timestamp, ['-timestamp', v.restore.timestamp]),
    ...whenItems(v.restore.txid, ['-txid', v.restore.txid]),
    ...whenItems(v.restore.lineage, ['-lineage', v.restore.lineage]),
  ],
  ...optional('env', v.backup.extraEnv),
  resources: v.backup.resources,
  // Root, as LiteFS is: the volume is root's, and what is put there has to be LiteFS's own.
  securityContext: {
    runAsUser: 0,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    // For a volume that others have written, and for a claim, whose files are those of the stream's user.
    capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE'] },
  },
  volumeMounts: [
    { name: 'data', mountPath: paths.data },
    ...whenItems(restoresFromClaim, [{ ...claim.mount, readOnly: true }]),
  ],
};

/** Ships every transaction. No probe: whether the backup works must not decide whether the pod gets traffic. */
const stream: TemplatedFields<k8s.Container> = {
  name: 'backup',
  ...program(v.backup.existingSecret),
  restartPolicy: 'Always',
  args: [
    'stream',
    ...['-url', backupUrl, ...database, '-litefs', `http://127.0.0.1:${ports.litefs}`, '-metrics', `:${ports.backup}`],
    ...['-sync-interval', v.backup.syncInterval, '-restore-points', text(v.backup.restorePoints)],
    ...['-retention', v.backup.retention, '-transaction-retention', v.backup.transactionRetention],
    ...['-snapshot-interval', v.backup.snapshotInterval, '-store-timeout', v.backup.storeTimeout, ...logLevel],
    ...['-election', v.backup.election, '-identity', identity],
    ...whenItems(electsByLease, ['-lease-namespace', release.namespace, '-lease-name', backupLease]),
    ...whenItems(not(electsByLease), ['-ordinal', highestOrdinal]),
  ],
  env: [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
    ...itemsOf(v.backup.extraEnv),
  ],
  ports: [{ name: 'backup', containerPort: ports.backup }],
  resources: v.backup.resources,
  securityContext: unprivileged,
  volumeMounts: [
    { name: 'data', mountPath: paths.data, readOnly: true },
    { name: scratch, mountPath: '/tmp' },
    ...whenItems(electsByLease, [apiToken.mount]),
    ...whenItems(streamsToClaim, [claim.mount]),
  ],
};

/** In the order in which they start. The stream starts before LiteFS and ends after it. */
export const backupContainers = [...whenItems(v.restore.enabled, [restore]), ...whenItems(v.backup.enabled, [stream])];

/** The volumes that they add to the pod. */
export const backupVolumes = [
  ...whenItems(v.backup.enabled, [{ name: scratch, emptyDir: {} }]),
  ...whenItems(electsByLease, [apiToken.volume]),
  ...whenItems(or(streamsToClaim, restoresFromClaim), [claim.volume]),
];
