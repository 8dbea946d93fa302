import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Variables } from '../../app/lease/config.ts';
import { comment } from '../helm/blocks.ts';
import { type Environment, env, podField } from '../helm/env.ts';
import { Expr, type TemplatedFields, text } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { image, labels, name, peers, ports, v } from '../names.ts';
import { apiToken } from './api-token.ts';
import { unprivileged } from './backup/program.ts';
import { byKubernetes } from './lease-access.ts';

/** Where LiteFS finds the sidecar, which it takes for Consul. */
export const consulUrl = `http://127.0.0.1:${ports.consul}`;
/** LiteFS's TTL, a part of the lease: app/lease/core/timing.ts says why. */
export const sessionTtl = new Expr<string>(
  `printf "%dms" (sub (mul 680 (int ${v.lease.kubernetes.seconds.pipeline})) 1000)`,
  'quoted',
);

/** The Lease of the primary. */
export function lease(scope: Construct): void {
  new Manifest(scope, 'lease', k8s.KubeLease, {
    when: byKubernetes,
    about:
      'Empty: the pods fill in who holds it, and make it if a tool leaves it out. Without the `spec`, an upgrade leaves it alone.',
    metadata: { name: `${name}`, labels },
  });
}

const environment = {
  POD_NAME: podField('metadata.name'),
  POD_UID: podField('metadata.uid'),
  POD_NAMESPACE: podField('metadata.namespace'),
  POD_IPS: podField('status.podIPs'),
  PEERS: peers,
  LITEFS_URL: `http://127.0.0.1:${ports.litefs}`,
  CONFIRMED_URL: `http://127.0.0.1:${ports.cluster}/liteset/confirmed`,
  CONSUL_PORT: `${ports.consul}`,
  STATUS_PORT: `${ports.lease}`,
  LEASE_NAME: `${name}`,
  LEASE_SECONDS: text(v.lease.kubernetes.seconds),
  LEASE_GRACE_SECONDS: text(v.lease.kubernetes.graceSeconds),
  ROLE_LABEL: text(v.lease.kubernetes.roleLabel),
  LOG_LEVEL: v.app.logLevel,
} satisfies Environment<Variables>;

const probe = { httpGet: { path: '/livez', port: 'lease' } };

/** The sidecar that stands for Consul towards LiteFS. It starts before LiteFS and ends after it. */
export const leaseContainer: TemplatedFields<k8s.Container> = {
  name: 'lease',
  image,
  imagePullPolicy: v.image.pullPolicy,
  restartPolicy: 'Always',
  command: ['node', 'app/lease/server.ts'],
  ports: [{ name: 'lease', containerPort: ports.lease }],
  env: env(environment),
  resources: v.lease.kubernetes.resources,
  startupProbe: { ...probe, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 60 },
  ...comment("If the sidecar hangs, LiteFS waits and stays primary: LiteFS's client has no timeout."),
  livenessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
  securityContext: unprivileged,
  volumeMounts: [apiToken.mount],
};
