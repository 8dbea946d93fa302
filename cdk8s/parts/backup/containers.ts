import type { k8s } from 'cdk8s-plus-27';
import { comment, itemComment, itemsOf, optional, whenItems } from '../../helm/blocks.ts';
import { env, podField, reserve } from '../../helm/env.ts';
import { Expr, include, orElse, release, type TemplatedFields, text } from '../../helm/expr.ts';
import { paths, ports, v } from '../../names.ts';
import { apiToken } from '../api-token.ts';
import { backupLease, electsByLease } from './access.ts';
import {
  backupUrl,
  claim,
  program,
  restoresFromClaim,
  restoreUrl,
  streamsToClaim,
  unprivileged,
  usesClaim,
} from './program.ts';

/** Room for one copy of the database. */
const scratch = 'backup-scratch';
const scratchSize = include('liteset.scratchSize');
const database = ['-data', paths.data, '-db', include('liteset.database')];
const environment = { POD_NAME: podField('metadata.name'), POD_UID: podField('metadata.uid') };
reserve('backupEnvironment', 'Variables that the chart sets in the backup container.', environment);
const highestOrdinal = new Expr<string>(`max 0 (sub ${v.replicaCount.pipeline} 1)`, 'quoted');
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
  ...comment("Root, as LiteFS is: the volume is root's, and what is put there has to be LiteFS's own."),
  securityContext: {
    runAsUser: 0,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    ...comment("For a volume that others have written, and for a claim, whose files are those of the stream's user."),
    capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE'] },
  },
  volumeMounts: [
    { name: 'data', mountPath: paths.data },
    ...whenItems(restoresFromClaim, [{ ...claim.mount, readOnly: true }]),
  ],
};

/** Ships every transaction. */
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
    ...itemComment('Beyond the size of the volume the kubelet evicts the pod: the program stops before.'),
    ...['-scratch-size', scratchSize],
    ...['-election', v.backup.election, '-identity'],
    ...itemComment('Another pod of the same name is another streamer; a new container in the same pod is not.'),
    '$(POD_NAME)_$(POD_UID)',
    ...whenItems(
      electsByLease,
      ['-lease-namespace', release.namespace, '-lease-name', backupLease],
      ['-ordinal', highestOrdinal],
    ),
  ],
  env: [...env(environment), ...itemsOf(v.backup.extraEnv)],
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
export const backupContainers = [
  ...whenItems(v.restore.enabled, [...itemComment('Fills an empty volume before LiteFS sees it.'), restore]),
  ...whenItems(v.backup.enabled, [
    ...itemComment('No probe: whether the backup works must not decide whether the pod gets traffic.'),
    stream,
  ]),
];

/** The volumes that they add to the pod. */
export const backupVolumes = [
  ...whenItems(v.backup.enabled, [{ name: scratch, emptyDir: { sizeLimit: scratchSize } }]),
  ...whenItems(usesClaim, [claim.volume]),
];
