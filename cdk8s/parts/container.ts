import type { k8s } from 'cdk8s-plus-27';
import {
  Expr,
  eq,
  includeMap,
  itemsOf,
  optional,
  type Ref,
  type TemplatedFields,
  text,
  when,
  whenItems,
} from '../helm/expr.ts';
import { image, paths, peers, ports, user, v } from '../names.ts';
import { consulUrl } from './lease.ts';
import { byKubernetes } from './lease-access.ts';

/** LiteFS is process 1: a mount that it leaves behind dies with the container, and never haunts the node. */
const command = ['litefs', 'mount', '-config', `${paths.config}/litefs.yml`, '--'];

/** What LiteFS starts once it is in the cluster: the program, without root and without any capability. */
const program = [
  'setpriv',
  `--reuid=${user}`,
  `--regid=${user}`,
  '--clear-groups',
  '--inh-caps=-all',
  '--bounding-set=-all',
  '--no-new-privs',
  'node',
  'app/invoices/server.ts',
];

/**
 * SYS_ADMIN mounts, the next three are for giving up privileges, then three for a volume that others have written. KILL
 * lets LiteFS, as root, pass SIGTERM on to the program: without it the program dies by SIGKILL and the lease is not released.
 */
const capabilities = ['SYS_ADMIN', 'SETUID', 'SETGID', 'SETPCAP', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL'];

const waitingBytes = new Expr<string>(`mul 1048576 (int ${v.app.waitingMebibytes.pipeline})`, 'quoted');
const readCacheBytes = new Expr<string>(`mul 1048576 (int ${v.app.readCacheMebibytes.pipeline})`, 'quoted');
/** Whether the lease can move from pod to pod. */
const movable = new Expr<string>(`ne ${v.lease.type.pipeline} "static"`, 'quoted');

/** Environment variables that the chart sets; requirements.yaml refuses others of these names. */
const environment: TemplatedFields<k8s.EnvVar>[] = [
  { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  { name: 'PORT', value: `${ports.http}` },
  { name: 'DATABASE_PATH', value: `${paths.mount}/invoices.db` },
  { name: 'LITEFS_URL', value: `http://127.0.0.1:${ports.litefs}` },
  { name: 'PEERS', value: peers },
  { name: 'PEER_PORT', value: `${ports.http}` },
  { name: 'PRIMARY_WAIT_MS', value: text(v.app.primaryWaitMs) },
  { name: 'WAITING_REQUESTS', value: text(v.app.waitingRequests) },
  { name: 'WAITING_BYTES', value: waitingBytes },
  { name: 'CLUSTER_PORT', value: `${ports.cluster}` },
  { name: 'HAND_OVER', value: movable },
  { name: 'HAND_OVER_MS', value: text(v.handOver.timeoutMs) },
  { name: 'ACK_REPLICAS', value: text(v.replication.ackReplicas) },
  { name: 'ACK_TIMEOUT_MS', value: text(v.replication.ackTimeoutMs) },
  { name: 'ACK_POLICY', value: v.replication.ackPolicy },
  { name: 'LTX_DIR', value: `${paths.data}/dbs/invoices.db/ltx` },
  { name: 'KEEP_DISCARDED_IN', value: paths.discarded },
  { name: 'READ_WAIT_MS', value: text(v.app.readWaitMs) },
  { name: 'READ_CACHE_BYTES', value: readCacheBytes },
  { name: 'SAMPLE_INVOICES', value: text(v.app.sampleInvoices) },
  { name: 'BODY_LIMIT', value: v.app.bodyLimit },
  { name: 'LOG_LEVEL', value: v.app.logLevel },
  { name: 'TRUST_PROXY', value: text(v.app.trustProxy) },
];

type ProbeValues = Ref<{ periodSeconds: number; timeoutSeconds: number; failureThreshold: number }>;
const probe = (path: string, { periodSeconds, timeoutSeconds, failureThreshold }: ProbeValues) => ({
  httpGet: { path, port: 'http' },
  periodSeconds,
  timeoutSeconds,
  failureThreshold,
});

/** The container in which LiteFS and the application run. */
export const container: TemplatedFields<k8s.Container> = {
  name: 'app',
  image,
  imagePullPolicy: v.image.pullPolicy,
  command: [...command, ...program],
  ports: [
    { name: 'http', containerPort: ports.http },
    { name: 'litefs', containerPort: ports.litefs },
    { name: 'cluster', containerPort: ports.cluster },
  ],
  env: [
    ...environment,
    // A file and not a variable: the program inherits LiteFS's variables, but cannot read a file of root's.
    ...whenItems(v.lease.consul.existingSecret.name, [
      { name: 'CONSUL_HTTP_TOKEN_FILE', value: `${paths.token}/token` },
    ]),
    // Only the sidecar knows when the lease ends.
    ...whenItems(byKubernetes, [{ name: 'FENCE_URL', value: `${consulUrl}/fence` }]),
    ...whenItems(v.handOver.existingSecret.name, [
      {
        name: 'HAND_OVER_TOKEN',
        valueFrom: { secretKeyRef: { name: v.handOver.existingSecret.name, key: v.handOver.existingSecret.key } },
      },
    ]),
    ...itemsOf(v.extraEnv),
  ],
  ...optional('envFrom', v.extraEnvFrom),
  resources: includeMap<k8s.ResourceRequirements>('liteset.resources'),
  startupProbe: probe('/livez', v.startupProbe),
  livenessProbe: probe('/livez', v.livenessProbe),
  readinessProbe: probe('/readyz', v.readinessProbe),
  ...when(v.drainSeconds, {
    lifecycle: { preStop: { exec: { command: ['sleep', text(v.drainSeconds)] } } },
  }),
  securityContext: {
    readOnlyRootFilesystem: true,
    ...when(eq(v.fuse.mode, 'device'), {
      capabilities: { drop: ['ALL'], add: capabilities },
      appArmorProfile: { type: v.fuse.appArmorProfile },
    }),
    ...when(eq(v.fuse.mode, 'privileged'), { privileged: true }),
  },
  volumeMounts: [
    { name: 'data', mountPath: paths.data },
    { name: 'config', mountPath: paths.config, readOnly: true },
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'discarded', mountPath: paths.discarded },
    ...whenItems(v.lease.consul.existingSecret.name, [
      { name: 'consul-token', mountPath: paths.token, readOnly: true },
    ]),
    ...itemsOf(v.extraVolumeMounts),
  ],
};
