import type { Variables } from '../../app/invoices/config.ts';
import { application } from '../application.ts';
import { type Environment, only, podField, reserve } from '../helm/env.ts';
import { Expr, include, release, text } from '../helm/expr.ts';
import { name, paths, peers, ports, v } from '../names.ts';
import { consulUrl } from './lease.ts';
import { byKubernetes } from './lease-access.ts';

/** What LiteFS itself reads, in the same container. */
interface LitefsVariables {
  readonly CONSUL_HTTP_TOKEN_FILE?: string;
}

const bytes = (mebibytes: Expr<number>) => new Expr<string>(`mul 1048576 (int ${mebibytes.pipeline})`, 'quoted');
/** Whether the lease can move from pod to pod. */
const movable = new Expr<string>(`ne ${v.lease.type.pipeline} "static"`, 'quoted');
const switchoverToken = v.switchover.existingSecret;

/** What a program is told of its cluster, whichever program answers requests. `database` is that of which something is kept. */
export const membership = (database: string) =>
  ({
    POD_NAME: podField('metadata.name'),
    LITEFS_URL: `http://127.0.0.1:${ports.litefs}`,
    PEERS: peers,
    PRIMARY_WAIT_MS: include('liteset.primaryWaitMs'),
    WAITING_REQUESTS: text(v.app.waitingRequests),
    WAITING_BYTES: bytes(v.app.waitingMebibytes),
    CLUSTER_PORT: `${ports.cluster}`,
    SWITCHOVER: movable,
    ACK_REPLICAS: text(v.replication.ackReplicas),
    ACK_TIMEOUT_MS: text(v.replication.ackTimeoutMs),
    ACK_POLICY: v.replication.ackPolicy,
    LTX_DIR: `${paths.data}/dbs/${database}/ltx`,
    KEEP_DISCARDED_IN: paths.discarded,
    VOLUME_DIR: paths.data,
    RESERVE_BYTES: bytes(v.litefs.reserveMebibytes),
    KEEP_ALIVE_SECONDS: text(v.app.keepAliveSeconds),
    LOG_LEVEL: v.app.logLevel,
    FENCE_URL: only(byKubernetes, `${consulUrl}/fence`, 'Only the sidecar knows when the lease ends.'),
    SWITCHOVER_TOKEN: only(switchoverToken.name, {
      secretKeyRef: { name: switchoverToken.name, key: switchoverToken.key },
    }),
  }) satisfies Partial<Environment<Variables>>;

/** The token for Consul, for LiteFS itself. */
export const litefsEnvironment = {
  CONSUL_HTTP_TOKEN_FILE: only(
    v.lease.consul.existingSecret.name,
    `${paths.token}/token`,
    "A file and not a variable: the program inherits LiteFS's variables, but cannot read a file of root's.",
  ),
} satisfies Environment<LitefsVariables>;

/** The environment of the invoice service. A name that it does not read does not compile, nor does one that is there twice. */
export const environment = {
  ...membership(application.database),
  ...litefsEnvironment,
  PORT: `${ports.http}`,
  DATABASE_PATH: `${paths.mount}/${application.database}`,
  PEER_PORT: `${ports.http}`,
  STATUS_PORT: `${ports.status}`,
  SWITCHOVER_MS: text(v.switchover.timeoutMs),
  READ_WAIT_MS: text(v.app.readWaitMs),
  READ_CACHE_BYTES: bytes(v.invoices.readCacheMebibytes),
  SAMPLE_INVOICES: text(v.invoices.sampleInvoices),
  BODY_LIMIT: v.invoices.bodyLimit,
  TOKEN_COOKIE: `liteset-token.${release.namespace}.${name}`,
  TRUST_PROXY: text(v.app.trustProxy),
} satisfies Environment<Variables & LitefsVariables>;

reserve('appEnvironment', 'Variables that the chart sets in the container of the application.', environment);
