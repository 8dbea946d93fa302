import type { k8s } from 'cdk8s-plus-27';
import { itemComment, when, whenItems } from '../helm/blocks.ts';
import { eq } from '../helm/condition.ts';
import { type Ref, type TemplatedFields, text } from '../helm/expr.ts';
import { paths, v } from '../names.ts';
import { consulUrl } from './lease.ts';
import { byKubernetes } from './lease-access.ts';

/*
 * What the container with LiteFS is, whichever application is in it.
 */

/** How the volume is made one that LiteFS opens, or a person is waited for: flags of `liteset-volume start`. */
export const volumeFlags = [
  ...['-data', paths.data, '-keep', v.litefs.keepDamaged, '-reserve', text(v.litefs.reserveMebibytes)],
  ...['-scrub-rate', text(v.litefs.scrubBytesPerSecond)],
  ...whenItems(byKubernetes, ['-sidecar', consulUrl]),
];

export const litefsConfig = `${paths.config}/litefs.yml`;

type ProbeValues = Ref<{ periodSeconds: number; timeoutSeconds: number; failureThreshold: number }>;
const probe = (path: string, { periodSeconds, timeoutSeconds, failureThreshold }: ProbeValues) => ({
  httpGet: { path, port: 'status' },
  periodSeconds,
  timeoutSeconds,
  failureThreshold,
});

/** Who is asked how the pod is: the port `status`, of the invoice service or of the proxy. */
export const probes = {
  startupProbe: probe('/livez', v.startupProbe),
  livenessProbe: probe('/livez', v.livenessProbe),
  readinessProbe: probe('/readyz', v.readinessProbe),
};

/** What LiteFS needs of root, in a user namespace. */
const capabilities = [
  ...itemComment('LiteFS mounts.'),
  'SYS_ADMIN',
  ...itemComment('The program is started without privileges.'),
  ...['SETUID', 'SETGID', 'SETPCAP'],
  ...itemComment('For a volume that others have written.'),
  ...['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
  ...itemComment(
    'For SIGTERM to the program. Without this the program dies by SIGKILL, and the lease is not released.',
  ),
  'KILL',
];

/** What a container may do in which LiteFS mounts. */
export const mayMount: TemplatedFields<k8s.SecurityContext> = when(
  eq(v.fuse.mode, 'device'),
  { capabilities: { drop: ['ALL'], add: capabilities }, appArmorProfile: { type: v.fuse.appArmorProfile } },
  { privileged: true },
);

/** What LiteFS reads and writes. */
export const litefsMounts = [
  { name: 'data', mountPath: paths.data },
  { name: 'config', mountPath: paths.config, readOnly: true },
  ...whenItems(v.lease.consul.existingSecret.name, [{ name: 'consul-token', mountPath: paths.token, readOnly: true }]),
];
