import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Expr, type TemplatedFields, text } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { image, labels, name, peers, ports, v } from '../names.ts';
import { apiToken } from './api-token.ts';
import { unprivileged } from './backup-program.ts';
import { byKubernetes } from './lease-access.ts';

/** Where LiteFS finds the sidecar, which it takes for Consul. */
export const consulUrl = `http://127.0.0.1:${ports.consul}`;
/** LiteFS's TTL: app/lease/timing.ts says why it is this part of the lease. */
export const sessionTtl = new Expr<string>(
  `printf "%dms" (sub (mul 680 (int ${v.lease.kubernetes.seconds.pipeline})) 1000)`,
  'quoted',
);

/** The Lease, empty: what is in it is the pods'. */
export function lease(scope: Construct): void {
  new Manifest(scope, 'lease', k8s.KubeLease, { when: byKubernetes, metadata: { name: `${name}`, labels } });
}

const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
const probe = { httpGet: { path: '/livez', port: 'lease' } };

/** The sidecar that stands for Consul towards LiteFS. It starts before LiteFS and ends after it. */
export const leaseContainer: TemplatedFields<k8s.Container> = {
  name: 'lease',
  image,
  imagePullPolicy: v.image.pullPolicy,
  restartPolicy: 'Always',
  command: ['node', 'app/lease/server.ts'],
  ports: [{ name: 'lease', containerPort: ports.lease }],
  env: [
    { name: 'POD_NAME', ...field('metadata.name') },
    { name: 'POD_UID', ...field('metadata.uid') },
    { name: 'POD_NAMESPACE', ...field('metadata.namespace') },
    { name: 'POD_IPS', ...field('status.podIPs') },
    { name: 'PEERS', value: peers },
    { name: 'LITEFS_URL', value: `http://127.0.0.1:${ports.litefs}` },
    { name: 'CONFIRMED_URL', value: `http://127.0.0.1:${ports.cluster}/liteset/confirmed` },
    { name: 'CONSUL_PORT', value: `${ports.consul}` },
    { name: 'STATUS_PORT', value: `${ports.lease}` },
    { name: 'LEASE_NAME', value: `${name}` },
    { name: 'LEASE_SECONDS', value: text(v.lease.kubernetes.seconds) },
    { name: 'LEASE_GRACE_SECONDS', value: text(v.lease.kubernetes.graceSeconds) },
    { name: 'ROLE_LABEL', value: text(v.lease.kubernetes.roleLabel) },
    { name: 'LOG_LEVEL', value: v.app.logLevel },
  ],
  resources: v.lease.kubernetes.resources,
  startupProbe: { ...probe, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 60 },
  // One that hangs would leave LiteFS waiting for an answer, and primary: LiteFS's client has no timeout.
  livenessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
  securityContext: unprivileged,
  volumeMounts: [apiToken.mount],
};
