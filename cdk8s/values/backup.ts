import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { imageValues } from './image.ts';
import { duration, list, optionalName, quantities, size, storeUrl, strings } from './types.ts';

/** Where the store is if no URL says so. */
const persistence = z.strictObject({
  existingClaim: optionalName()
    .default('')
    .describe(
      'A PersistentVolumeClaim that is there already. The chart makes one if empty, and leaves it on uninstall.',
    ),
  size: size().default('10Gi').describe('Size of the claim.'),
  storageClass: optionalName().default('').describe('StorageClass of the claim. The default of the cluster if empty.'),
  accessModes: z
    .array(z.enum(['ReadWriteOnce', 'ReadWriteMany']))
    .min(1)
    .default(['ReadWriteMany'])
    .describe('Access modes of the claim. All pods mount it, so that `ReadWriteOnce` keeps them on one node.'),
  annotations: strings().describe('Annotations of the claim.'),
});

/** The drill. */
const verify = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Restore the newest backup regularly and compare it with what the cluster had, in a CronJob.'),
  schedule: z
    .string()
    .regex(/^(@(yearly|monthly|weekly|daily|hourly)|\S+( \S+){4})$/)
    .default('0 3 * * *')
    .describe('When, as cron says it, in the time zone of the cluster.'),
  scratchSize: size()
    .default('10Gi')
    .describe('The most room on its node that it takes: for the database and its largest object.'),
  resources: z.strictObject({
    requests: quantities({ cpu: '20m', memory: '64Mi' }).describe('What it asks for.'),
    limits: quantities({ memory: '512Mi' }).describe('What it may use at most.'),
  }),
  successfulJobsHistoryLimit: z
    .int()
    .min(0)
    .max(100)
    .default(1)
    .describe('How many of its Jobs stay that found no fault.'),
  failedJobsHistoryLimit: z.int().min(1).max(100).default(3).describe('How many of its Jobs stay that did.'),
});

/** Every transaction to an object store, from one replica. */
export const backup = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Stream every transaction to a store in the format of Litestream, from a replica if there is one.'),
  image: imageValues('ghcr.io/liteset/backup', 'the backup program'),
  url: storeUrl()
    .default('')
    .describe(
      'Store of this database and no other: `s3://bucket/path?endpoint=…`, `gs://`, `abs://`, `oss://`, `sftp://`, `webdav://`. A claim (`backup.persistence`) if empty. A password is not written in it: `$(NAME)` stands for a variable of `backup.existingSecret` or `backup.extraEnv`.',
    ),
  persistence,
  existingSecret: optionalName()
    .default('')
    .describe(
      'Secret whose keys become environment variables of the backup program, such as `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.',
    ),
  extraEnv: list<k8s.EnvVar>().describe('More environment variables of the backup program, such as `AWS_REGION`.'),
  syncInterval: duration().default('1s').describe('How long transactions wait for each other. Sets what may be lost.'),
  restorePoints: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe(
      'The most transactions of one interval that can be restored one by one; with more, neighbours are merged.',
    ),
  retention: duration().default('168h').describe('How far back the database can be restored.'),
  transactionRetention: duration()
    .default('1h')
    .describe('How far back to each single transaction. Before that: to each 30 seconds, 5 minutes, then each hour.'),
  snapshotInterval: duration().default('24h').describe('Time between whole copies, from which a restore starts.'),
  storeTimeout: duration()
    .default('1m')
    .describe(
      'How long a request to the store may make no progress. When the pod that streams has died, the next one waits that long.',
    ),
  election: z
    .enum(['lease', 'ordinal'])
    .default('lease')
    .describe(
      'Which pod streams: `lease`: whoever holds a Lease of Kubernetes, the primary last; needs a Role, which the chart makes. `ordinal`: always the pod with the highest number; without any right, and without another to take over.',
    ),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('What the backup program logs.'),
  resources: z.strictObject({
    requests: quantities({ cpu: '20m', memory: '64Mi' }).describe('What the container in each pod asks for.'),
    limits: quantities({ memory: '512Mi' }).describe('What it may use at most.'),
  }),
  verify,
});
