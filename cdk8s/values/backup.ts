import { z } from 'zod';
import { imageValues } from './image.ts';
import { cronSchedule } from './kubernetes/cron.ts';
import { env } from './kubernetes/env.ts';
import { annotations, optionalName, optionalSize, size } from './kubernetes/names.ts';
import { duration, limits, requests, storeUrl } from './types.ts';

/** Where the store is if no URL says so. */
const persistence = z.strictObject({
  existingClaim: optionalName()
    .default('')
    .describe(
      'PersistentVolumeClaim that is there already. If empty, the chart makes one, which `helm uninstall` leaves.',
    ),
  size: size().default('10Gi').describe('Size of the claim of the backup.'),
  storageClass: optionalName()
    .default('')
    .describe('StorageClass of the claim of the backup. The default of the cluster if empty.'),
  accessModes: z
    .array(z.enum(['ReadWriteOnce', 'ReadWriteMany']))
    .min(1)
    .default(['ReadWriteMany'])
    .describe(
      'Access modes of the claim of the backup. All pods mount the claim: `ReadWriteOnce` keeps them on one node.',
    ),
  annotations: annotations().describe('Annotations of the claim of the backup.'),
});

/** Whether a backup can be restored, tried regularly. */
const verify = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Verify the backup: a CronJob restores the newest one and compares it with what the cluster had.'),
  schedule: cronSchedule()
    .default('0 3 * * *')
    .describe('When the backup is verified, as a cron schedule in the time zone of the cluster.'),
  scratchSize: size()
    .default('10Gi')
    .describe('Space that a verification may take on its node: the database and its largest object.'),
  resources: z.strictObject({
    requests: requests({ cpu: '20m', memory: '64Mi' }).describe('What a verification requests.'),
    limits: limits({ memory: '512Mi' }).describe('What a verification may use at most.'),
  }),
  successfulJobsHistoryLimit: z.int().min(0).max(100).default(1).describe('Successful verification Jobs to keep.'),
  failedJobsHistoryLimit: z.int().min(1).max(100).default(3).describe('Failed verification Jobs to keep.'),
});

/** Every transaction to an object store, from one replica. */
export const backup = z.strictObject({
  enabled: z.boolean().default(false).describe('Stream every transaction to a store, in the format of Litestream.'),
  image: imageValues('ghcr.io/liteset/backup', 'the backup program'),
  url: storeUrl()
    .default('')
    .describe(
      'Store of the backup, for this database only: `s3://`, `gs://`, `abs://`, `oss://`, `sftp://` or `webdav://`. ' +
        'The claim of `backup.persistence` if empty. For a password, write `$(NAME)`: a variable of ' +
        '`backup.existingSecret` or `backup.extraEnv`.',
    )
    .meta({ examples: ['s3://my-bucket/invoices?region=eu-central-1'] }),
  persistence,
  existingSecret: optionalName()
    .default('')
    .describe(
      'Secret with the credentials of the store: its keys, such as `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, ' +
        'become environment variables of the backup program.',
    ),
  extraEnv: env()
    .describe('More environment variables of the backup program.')
    .meta({ examples: [[{ name: 'AWS_REGION', value: 'eu-central-1' }]] }),
  syncInterval: duration().default('1s').describe('Time between two uploads: what may be lost with the whole cluster.'),
  restorePoints: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe(
      'How many transactions of one upload can be restored one by one. If there are more, neighbours are merged.',
    ),
  retention: duration().default('168h').describe('How far back the database can be restored.'),
  transactionRetention: duration()
    .default('1h')
    .describe(
      'How far back the database can be restored to each single transaction. Further back: to every 30 seconds, every 5 ' +
        'minutes, then every hour.',
    ),
  snapshotInterval: duration()
    .default('24h')
    .describe('Time between two whole copies of the database in the store. A restore starts from one of them.'),
  scratchSize: optionalSize()
    .default('')
    .describe(
      'Space that the backup may take on the node of each pod: one copy of the database. As much as `persistence.size` ' +
        'if empty.',
    ),
  storeTimeout: duration()
    .default('1m')
    .describe(
      'How long a request to the store may make no progress. After the death of the pod that streams, the next pod waits ' +
        'as long.',
    ),
  election: z
    .enum(['lease', 'ordinal'])
    .default('lease')
    .describe(
      'Which pod streams. `lease`: the pod that holds a Lease of Kubernetes, a replica if there is one; the chart makes ' +
        'the Role for that. `ordinal`: always the pod with the highest number; no Role, and no other pod takes over.',
    ),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('The least important messages that the backup program logs.'),
  resources: z.strictObject({
    requests: requests({ cpu: '20m', memory: '64Mi' }).describe('What the backup container of each pod requests.'),
    limits: limits({ memory: '512Mi' }).describe('What the backup container of each pod may use at most.'),
  }),
  verify,
});
