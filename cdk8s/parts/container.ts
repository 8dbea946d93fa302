import type { k8s } from 'cdk8s-plus-27';
import { application } from '../application.ts';
import { comment, itemComment, itemsOf, optional, when, whenItems } from '../helm/blocks.ts';
import { eq } from '../helm/condition.ts';
import { env } from '../helm/env.ts';
import { includeMap, type Ref, type TemplatedFields, text } from '../helm/expr.ts';
import { image, paths, ports, user, v } from '../names.ts';
import { environment } from './environment.ts';
import { consulUrl } from './lease.ts';
import { byKubernetes } from './lease-access.ts';

/** Makes the volume one that LiteFS opens, or waits for a person, and then becomes LiteFS, beside which the databases are read. */
const volume = [
  'liteset-volume',
  'start',
  ...['-data', paths.data, '-keep', v.litefs.keepDamaged, '-reserve', text(v.litefs.reserveMebibytes)],
  ...['-scrub-rate', text(v.litefs.scrubBytesPerSecond)],
  ...whenItems(byKubernetes, ['-sidecar', consulUrl]),
  '--',
];
/** LiteFS is process 1: a mount that it leaves behind dies with the container, and never haunts the node. */
const litefs = ['litefs', 'mount', '-config', `${paths.config}/litefs.yml`, '--'];

/** What LiteFS starts once it is in the cluster: the program, without root and without any capability. */
const program = [
  'setpriv',
  `--reuid=${user}`,
  `--regid=${user}`,
  '--clear-groups',
  '--inh-caps=-all',
  '--bounding-set=-all',
  '--no-new-privs',
  ...application.command,
];

type ProbeValues = Ref<{ periodSeconds: number; timeoutSeconds: number; failureThreshold: number }>;
const probe = (path: string, { periodSeconds, timeoutSeconds, failureThreshold }: ProbeValues) => ({
  httpGet: { path, port: 'status' },
  periodSeconds,
  timeoutSeconds,
  failureThreshold,
});

/** What LiteFS needs of root, in a user namespace. */
const capabilities = [
  ...itemComment('LiteFS mounts.'),
  'SYS_ADMIN',
  ...itemComment('LiteFS starts the program without privileges.'),
  ...['SETUID', 'SETGID', 'SETPCAP'],
  ...itemComment('For a volume that others have written.'),
  ...['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
  ...itemComment(
    'LiteFS passes SIGTERM on to the program. Without this the program dies by SIGKILL, and the lease is not released.',
  ),
  'KILL',
];

const consulToken = { name: 'consul-token', mountPath: paths.token, readOnly: true };

/** The container in which LiteFS and the application run. */
export const container: TemplatedFields<k8s.Container> = {
  name: 'app',
  image,
  imagePullPolicy: v.image.pullPolicy,
  ...comment('LiteFS is process 1: a mount that LiteFS leaves behind dies with the container, and not with the node.'),
  command: [
    ...itemComment('Looks at the volume first, and then becomes LiteFS.'),
    ...volume,
    ...litefs,
    ...itemComment('What LiteFS starts once it is in the cluster: the program, without root or any capability.'),
    ...program,
  ],
  ports: [
    { name: 'http', containerPort: ports.http },
    { name: 'status', containerPort: ports.status },
    { name: 'litefs', containerPort: ports.litefs },
    { name: 'cluster', containerPort: ports.cluster },
  ],
  env: [...env(environment), ...itemsOf(v.extraEnv)],
  ...optional('envFrom', v.extraEnvFrom),
  resources: includeMap<k8s.ResourceRequirements>('liteset.resources'),
  startupProbe: probe('/livez', v.startupProbe),
  livenessProbe: probe('/livez', v.livenessProbe),
  readinessProbe: probe('/readyz', v.readinessProbe),
  ...when(v.drainSeconds, {
    ...comment('The pod still gets requests until everybody knows that it stops.'),
    lifecycle: { preStop: { exec: { command: ['sleep', text(v.drainSeconds)] } } },
  }),
  securityContext: {
    readOnlyRootFilesystem: true,
    ...when(
      eq(v.fuse.mode, 'device'),
      { capabilities: { drop: ['ALL'], add: capabilities }, appArmorProfile: { type: v.fuse.appArmorProfile } },
      { privileged: true },
    ),
  },
  volumeMounts: [
    { name: 'data', mountPath: paths.data },
    { name: 'config', mountPath: paths.config, readOnly: true },
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'discarded', mountPath: paths.discarded },
    ...whenItems(v.lease.consul.existingSecret.name, [consulToken]),
    ...itemsOf(v.extraVolumeMounts),
  ],
};
