import { slow } from '../../lib/slow.ts';

/** How long each thing may take, in milliseconds, on two cores. LITESET_SLOW stretches all, and `E2E_TIMEOUT_<NAME>` replaces one. */
const defaults = {
  /** One kubectl, helm or docker command that waits for nothing. */
  COMMAND: 30_000,
  /** One HTTP request; longer than the service lets a write wait for a primary. */
  REQUEST: 20_000,
  /** One question that every pod answers at once; a pod that stands still gets it, too, until Kubernetes notices. */
  QUESTION: 3_000,
  /** From `kubectl port-forward` to its first line. */
  PORT_FORWARD: 15_000,
  /** Until all pods of a release are Ready after an install or a change of their number. */
  PODS_READY: 150_000,
  /** Until a deleted pod is gone: it drains, then ends. */
  POD_GONE: 60_000,
  /** Until a killed container runs again, the kubelet's back-off (10 s, 20 s) included. */
  CONTAINER_RESTART: 90_000,
  /** Until a transaction is on all pods. */
  REPLICATED: 15_000,
  /** The longest gap between two acknowledged writes when the primary leaves in order: one lease of 5 s. */
  SWITCHOVER: 5_000,
  /** The same when it is killed or cut off, with the lease of Kubernetes: three leases of 5 s. */
  FAILOVER: 15_000,
  /** The same with Consul's: up to twice its TTL of 10 s, the lock delay, and as much again for a busy machine. */
  CONSUL_FAILOVER: 45_000,
  /** Until a story that had its way with the primary goes on, whatever the lease. */
  NEW_PRIMARY: 60_000,
  /** Until a route of the ingress controller works, or works no more. */
  ROUTE: 30_000,
  /** Until an import is on the pod it was given to. */
  IMPORT: 90_000,
  /** Until a transaction is in the store of the backup. */
  SHIPPED: 45_000,
  /** Until another pod streams the backup: the Lease (15 s) and the time that one request to the store may take. */
  BACKUP_TAKEOVER: 90_000,
  /** Until LiteFS has removed transactions of before its retention, at which it looks once a minute. */
  TRANSACTIONS_GONE: 150_000,
  /** The verification of the backup, as a Job. */
  VERIFICATION: 60_000,
  /** Until a container that cannot do its work has ended. */
  CONTAINER_ENDED: 60_000,
  /** `helm test`. */
  HELM_TEST: 120_000,
  /** Until a page shows what was asked for. */
  PAGE: 20_000,
  /** A whole story, as the last resort. */
  STORY: 300_000,
  /** A story that LITESET_LONG asks for. */
  LONG_STORY: 3_000_000,
} as const;

export type Timeout = keyof typeof defaults;

/** The limit of that name, in milliseconds. */
export function timeout(name: Timeout): number {
  return Number(process.env[`E2E_TIMEOUT_${name}`] ?? defaults[name] * slow);
}
