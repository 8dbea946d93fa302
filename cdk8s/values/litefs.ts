import { z } from 'zod';
import { annotations, dataKey, deviceName, optionalName, size } from './kubernetes/names.ts';
import { duration, limits, requests } from './types.ts';

/** Who is primary. LiteFS expands `$` in its configuration, so no value that ends up there may contain one. */
export const lease = z.strictObject({
  type: z
    .enum(['kubernetes', 'consul', 'static'])
    .default('kubernetes')
    .describe(
      'How the pods agree on the primary. `kubernetes`: the pod that holds a Lease of Kubernetes. `consul`: the pod that ' +
        'holds a lock in Consul. `static`: always pod 0, without failover.',
    ),
  kubernetes: z.strictObject({
    seconds: z
      .int()
      .min(3)
      .max(60)
      .default(5)
      .describe(
        'How long a silent primary keeps the lease, in seconds. The shorter, the sooner a slow API server costs the lease.',
      ),
    graceSeconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(30)
      .describe(
        'How long a pod that may lack transactions waits before it takes the lease, in seconds: a pod that has them may ' +
          'come back.',
      ),
    roleLabel: z
      .boolean()
      .default(true)
      .describe(
        'Label the pods with their role (`liteset.dev/role`: `primary` or `replica`), and make the Service ' +
          '`<name>-primary`. The Role of the chart then lets the pods patch one another.',
      ),
    resources: z.strictObject({
      requests: requests({ cpu: '10m', memory: '64Mi' }).describe('What the sidecar of the lease requests.'),
      limits: limits({ memory: '192Mi' }).describe('What the sidecar of the lease may use at most.'),
    }),
  }),
  consul: z.strictObject({
    url: z
      .string()
      .regex(/^(https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._/-]*)?)?$/)
      .default('')
      .describe('Address of Consul, without credentials. A path becomes a prefix of the key.')
      .meta({ examples: ['http://consul-server.consul.svc:8500'] }),
    key: z
      .string()
      .regex(/^[A-Za-z0-9._/-]*$/)
      .default('')
      .describe('Key of the lock in Consul, one for each release. `liteset/<namespace>/<name>` if empty.'),
    ttl: z
      .string()
      .regex(/^([1-9][0-9]+s|[1-9][0-9]*m)$/)
      .default('10s')
      .describe(
        'How long a silent primary keeps the lock in Consul. Consul takes no less than 10s, and notices after up to twice ' +
          'the time.',
      ),
    lockDelay: duration().default('1s').describe('Time before Consul gives a lost lock to another pod.'),
    existingSecret: z.strictObject({
      name: optionalName().default('').describe('Secret with the token for Consul. No token is sent if empty.'),
      key: dataKey().default('token').describe('Key of the token in the Secret for Consul.'),
    }),
  }),
});

export const litefs = z.strictObject({
  retention: duration()
    .default('10m')
    .describe(
      'How long each pod keeps transactions for replicas that are away. A replica that is away longer gets a whole copy.',
    ),
  keepDamaged: duration()
    .default('168h')
    .describe(
      'How long a damaged database, which the pod has replaced by a copy of the primary, is kept on the volume for a person ' +
        'to look at. What is older is removed when the pod starts.',
    ),
  reserveMebibytes: z
    .int()
    .min(0)
    .max(1_048_576)
    .default(64)
    .describe(
      'Room that is kept free on the volume, in MiB, but no more than a tenth of it. With less, a pod with room becomes the ' +
        'primary; without one, writes get 507 and reads go on. A pod that starts with less removes its oldest transactions first.',
    ),
  scrubBytesPerSecond: z
    .int()
    .min(0)
    .max(1_073_741_824)
    .default(1_048_576)
    .describe(
      'How many bytes of the databases each pod reads in a second, again and again, to compare them with the checksums of ' +
        'LiteFS: 1 GB takes 17 minutes by default. A damaged copy is replaced. 0: none is looked at while LiteFS runs.',
    ),
});

/** How LiteFS, and nothing else, gets to mount a file system. */
export const fuse = z.strictObject({
  mode: z
    .enum(['device', 'privileged'])
    .default('device')
    .describe(
      'How LiteFS may mount its file system. `device`: in a user namespace, with /dev/fuse from a device plugin. ' +
        '`privileged`: in a privileged container, for clusters that lack one of the two.',
    ),
  resourceName: deviceName()
    .default('smarter-devices/fuse')
    .describe(
      'Resource as which the device plugin offers /dev/fuse. The default is the one of smarter-device-manager.',
    ),
  appArmorProfile: z
    .enum(['Unconfined', 'RuntimeDefault'])
    .default('Unconfined')
    .describe(
      'AppArmor profile of the container with `fuse.mode: device`. The default profile of container runtimes forbids to ' +
        'mount.',
    ),
});

/** Where the copies of the database live. */
export const persistence = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Keep the database of each pod on a PersistentVolumeClaim. If false, only one pod is allowed, and its database ends ' +
        'with the pod.',
    ),
  size: size().default('1Gi').describe('Size of each claim: the database, and the transactions of `litefs.retention`.'),
  storageClass: optionalName()
    .default('')
    .describe('StorageClass of the claims with the database. The default of the cluster if empty.'),
  accessModes: z
    .array(z.enum(['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany']))
    .min(1)
    .default(['ReadWriteOnce'])
    .describe('Access modes of the claims with the database.'),
  annotations: annotations().describe('Annotations of the claims with the database.'),
  retentionPolicy: z.strictObject({
    whenDeleted: z
      .enum(['Retain', 'Delete'])
      .default('Retain')
      .describe('What `helm uninstall` does to the claims with the database.'),
    whenScaled: z
      .enum(['Retain', 'Delete'])
      .default('Retain')
      .describe('What scaling down does to the claims of the pods that end.'),
  }),
});
