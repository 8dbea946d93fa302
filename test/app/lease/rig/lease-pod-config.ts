import { join } from 'node:path';
import { ttlMs } from '../../../../app/lease/core/timing.ts';
import type { KubeApi } from './kube-api.ts';

/** The same on all pods, as in Kubernetes, below those that the kernel gives away, and others for each run of the tests. */
const BASE = 20_000 + 6 * (process.pid % 1_600);
export const PORTS = {
  ...{ app: BASE, litefs: BASE + 1, consul: BASE + 2, status: BASE + 3, link: BASE + 4, cluster: BASE + 5 },
};

/** What the pods of a test share. */
export interface Shared {
  readonly directory: string;
  readonly api: KubeApi;
  readonly leaseSeconds: number;
  readonly graceSeconds: number;
  readonly pods: number;
  /** Where the application tells what replicas have confirmed; nowhere by default. */
  readonly confirmedUrl?: string;
  /** Nobody makes the Lease: the tool that installs the chart leaves Leases out. */
  readonly withoutLease?: boolean;
  /** How many bytes of the databases are read in a second beside LiteFS; none by default. */
  readonly scrubRate?: number;
  /** Pod 0 is the primary, always. */
  readonly static?: boolean;
  /** A Consul that LiteFS is to use instead of the sidecar, for comparison. */
  readonly consul?: { readonly url: string; readonly ttl: string; readonly 'lock-delay': string };
}

/** The loopback address of a pod. */
export const hostOf = (index: number): string => `127.0.0.${index + 2}`;
export const mountOf = ({ directory }: Shared, name: string): string => join(directory, name, 'mount');
export const dataOf = ({ directory }: Shared, name: string): string => join(directory, name, 'data');

/** The environment of a pod's sidecar. */
export const sidecarEnv = (shared: Shared, name: string, uid: string, host: string, apiPort: number) => ({
  POD_NAME: name,
  POD_UID: uid,
  POD_NAMESPACE: 'default',
  POD_IPS: host,
  PEERS: Array.from({ length: shared.pods }, (_, index) => hostOf(index)).join(','),
  LEASE_NAME: 'liteset',
  LEASE_SECONDS: String(shared.leaseSeconds),
  LEASE_GRACE_SECONDS: String(shared.graceSeconds),
  LITEFS_URL: `http://${host}:${PORTS.litefs}`,
  ...(shared.confirmedUrl === undefined ? {} : { CONFIRMED_URL: shared.confirmedUrl }),
  CONSUL_HOST: host,
  CONSUL_PORT: String(PORTS.consul),
  LINK_PORT: String(PORTS.link),
  STATUS_HOST: host,
  STATUS_PORT: String(PORTS.status),
  KUBERNETES_API_URL: `https://127.0.0.1:${apiPort}`,
  KUBERNETES_CREDENTIALS: shared.api.credentials,
});

/** Whether the lease is the sidecar's. */
export const hasSidecar = ({ consul, static: isStatic }: Partial<Shared>): boolean => !consul && !isStatic;

/** litefs.yml of a pod. */
export const litefsConfig = (shared: Shared, name: string, host: string): string =>
  JSON.stringify({
    fuse: { dir: mountOf(shared, name) },
    data: { dir: dataOf(shared, name) },
    http: { addr: `${host}:${PORTS.litefs}` },
    lease: shared.static ? staticLease(host) : consulLease(shared, name, host),
  });

const staticLease = (host: string) => ({
  type: 'static',
  hostname: 'pod-0',
  'advertise-url': `http://${hostOf(0)}:${PORTS.litefs}`,
  'reconnect-delay': '500ms',
  candidate: host === hostOf(0),
});

const consulLease = (shared: Shared, name: string, host: string) => ({
  type: 'consul',
  hostname: name,
  // The sidecars know the way without DNS.
  'advertise-url': `http://${shared.consul ? host : `${name}.invalid`}:${PORTS.litefs}`,
  'reconnect-delay': '500ms',
  candidate: true,
  consul: {
    url: `http://${host}:${PORTS.consul}`,
    ttl: `${ttlMs(shared.leaseSeconds)}ms`,
    ...shared.consul,
    key: 'liteset',
  },
});
