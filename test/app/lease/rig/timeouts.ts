/**
 * How long each thing may take at the most, in milliseconds, on two cores that are busy with something else. None says how
 * quick it is: `npm run bench:failover` measures that.
 */
export const TIMEOUTS = {
  /** A change of the primary, whatever the reason, and all that follows it. */
  PRIMARY: 90_000,
  /** A call that waits for nothing. */
  ANSWER: 30_000,
  /** etcd, kube-apiserver, and three pods. */
  START: 240_000,
  STOP: 60_000,
  /** A whole test. */
  TEST: 420_000,
} as const;
