import { z } from 'zod';
import { duration, optionalName, quantities, size, strings } from './types.ts';

/** Who is primary. LiteFS expands `$` in its configuration, so no value that ends up there may contain one. */
export const lease = z.strictObject({
  type: z
    .enum(['kubernetes', 'consul', 'static'])
    .default('kubernetes')
    .describe(
      'How the pods agree on the primary: `kubernetes`: whoever holds a Lease of Kubernetes; `consul`: whoever holds a lock in Consul; `static`: always pod 0, no failover.',
    ),
  kubernetes: z.strictObject({
    seconds: z
      .int()
      .min(3)
      .max(60)
      .default(5)
      .describe(
        'How long a primary that is not heard of keeps the lease. A shorter one is sooner lost to an API server that is slow.',
      ),
    graceSeconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(30)
      .describe('How long a pod that may lack transactions is refused the lease, for one that has them to come back.'),
    roleLabel: z
      .boolean()
      .default(true)
      .describe(
        'Label the pods `liteset.dev/role` (`primary`, `replica`), and make the Service `<name>-primary`. It needs the right to patch these pods.',
      ),
    resources: z.strictObject({
      requests: quantities({ cpu: '10m', memory: '64Mi' }).describe('What the sidecar asks for.'),
      limits: quantities({ memory: '192Mi' }).describe('What it may use at most.'),
    }),
  }),
  consul: z.strictObject({
    url: z
      .string()
      .regex(/^(https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._/-]*)?)?$/)
      .default('')
      .describe(
        'Address of Consul, such as `http://consul-server.consul.svc:8500`. A path becomes a prefix of the key. No credentials in it.',
      ),
    key: z
      .string()
      .regex(/^[A-Za-z0-9._/-]*$/)
      .default('')
      .describe('Key of the lock, one for each cluster. `liteset/<namespace>/<name>` if empty.'),
    ttl: z
      .string()
      .regex(/^([1-9][0-9]+s|[1-9][0-9]*m)$/)
      .default('10s')
      .describe(
        'How long a silent primary keeps the lock. Consul takes no less than 10s, and may take twice as long to notice.',
      ),
    lockDelay: duration().default('1s').describe('How long Consul keeps a lost lock from everybody else.'),
    existingSecret: z.strictObject({
      name: optionalName().default('').describe('Secret with the token for Consul. None is sent if empty.'),
      key: z
        .string()
        .regex(/^[-._a-zA-Z0-9]+$/)
        .default('token')
        .describe('Key of the token in the Secret.'),
    }),
  }),
});

export const litefs = z.strictObject({
  retention: duration()
    .default('10m')
    .describe(
      'How long each pod keeps transactions, for replicas that were away. One that was away longer gets a whole copy.',
    ),
});

/** How LiteFS, and nothing else, gets to mount a file system. */
export const fuse = z.strictObject({
  mode: z
    .enum(['device', 'privileged'])
    .default('device')
    .describe(
      '`device`: the pod runs in a user namespace (hostUsers: false; on by default since Kubernetes 1.33, a feature gate since 1.30) and gets /dev/fuse from a device plugin. `privileged`: a privileged container, for clusters that lack one of the two.',
    ),
  resourceName: z
    .string()
    .regex(/^[a-z0-9.-]+\/[A-Za-z0-9._-]+$/)
    .default('smarter-devices/fuse')
    .describe(
      'Resource under which the device plugin offers /dev/fuse. The default is that of smarter-device-manager.',
    ),
  appArmorProfile: z
    .enum(['Unconfined', 'RuntimeDefault'])
    .default('Unconfined')
    .describe(
      "AppArmor profile of the container in mode `device`. The container runtime's default one forbids to mount.",
    ),
});

/** Where the copies of the database live. */
export const persistence = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Keep the database of each pod on a PersistentVolumeClaim. Without, a single pod keeps it as long as it lives.',
    ),
  size: size()
    .default('1Gi')
    .describe('Size of each claim: the database and `litefs.retention` worth of transactions.'),
  storageClass: optionalName().default('').describe('StorageClass of the claims. The default of the cluster if empty.'),
  accessModes: z
    .array(z.enum(['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany']))
    .min(1)
    .default(['ReadWriteOnce'])
    .describe('Access modes of the claims.'),
  annotations: strings().describe('Annotations of the claims.'),
  retentionPolicy: z.strictObject({
    whenDeleted: z.enum(['Retain', 'Delete']).default('Retain').describe('What `helm uninstall` does to the claims.'),
    whenScaled: z
      .enum(['Retain', 'Delete'])
      .default('Retain')
      .describe('What scaling down does to the claims of the pods that go.'),
  }),
});
