/** All times of the lease, in milliseconds. They follow from its duration; docs/explanation/decisions/0006-kubernetes-lease.md shows the sums. */
export interface Timing {
  /** How long a pod must have seen the Lease unchanged before it may take it. */
  readonly leaseMs: number;
  /** How long a holder may count on the Lease after it *sent* a renewal that was confirmed. */
  readonly validMs: number;
  /** TTL of LiteFS's session: LiteFS renews after half of it, and steps down by itself at most a second after all of it. */
  readonly ttlMs: number;
  /** Deadline of a write to the Lease: LiteFS counts from when it is told, so it must be told soon. */
  readonly callMs: number;
  /** Deadline of a read: what is seen late is only taken for newer than it is. */
  readonly readMs: number;
  /** For how long what was read answers LiteFS's next question: it asks two or three at a time, ten times a second. */
  readonly recentMs: number;
  /** How long before its Lease ends a holder gives a renewal up, at which LiteFS steps down. */
  readonly leaveMs: number;
  /** How long a process may be held up without harm. */
  readonly pauseMs: number;
  /** How long a Lease of this pod's former LiteFS is left to a switchover that may be under way. */
  readonly regainMs: number;
  /** How long the stream of a primary that has given the Lease back may go on, for what it had still to say. */
  readonly lingerMs: number;
  /** How often the Lease is read while another pod holds it. */
  readonly pollMs: number;
  /** Pause after a call that failed. */
  readonly retryMs: number;
  /** How long a candidate that is behind is refused, from the moment the Lease is free. */
  readonly graceMs: number;
}

/** How much of a lease is set aside for clocks that run at different rates: 1 % for the holder's, 1 % for the other's. */
const DRIFT = 0.02;
/** How much of a lease a process may be held up (scheduling, garbage collection) without harm. */
const PAUSE = 0.14;
/** LiteFS waits a second before it steps down by itself, and another between two attempts (`monitorLeaseAsPrimary`). */
const LITEFS_WAIT_MS = 1_000;

/**
 * The times for a lease of so many seconds, at least 3. With `callMs` ≤ 0.16 lease, the last moment at which LiteFS is
 * primary without a further renewal is `callMs + ttlMs + 1 s + pause` = (0.16 + 0.68 + 0.14) lease = 0.98 lease = `validMs`.
 */
export function timing(leaseSeconds: number, graceSeconds: number): Timing {
  const leaseMs = leaseSeconds * 1_000;
  return {
    leaseMs,
    validMs: (1 - DRIFT) * leaseMs,
    ttlMs: ttlMs(leaseSeconds),
    callMs: Math.min(0.16 * leaseMs, 1_000),
    readMs: leaseMs / 2,
    recentMs: 150,
    // LiteFS still is primary for a second if this process dies now, and for half a TTL if it wanted to switch over.
    leaveMs: Math.max(LITEFS_WAIT_MS, ttlMs(leaseSeconds) / 2) + PAUSE * leaseMs,
    pauseMs: PAUSE * leaseMs,
    regainMs: 1_000,
    lingerMs: 1_000,
    pollMs: leaseMs / 10,
    retryMs: 100,
    graceMs: graceSeconds * 1_000,
  };
}

/** The longest TTL that LiteFS may have (`lease.consul.ttl`); the chart writes the same sum into litefs.yml. */
export const ttlMs = (leaseSeconds: number): number => 680 * leaseSeconds - LITEFS_WAIT_MS;
