/**
 * How long each thing may take at the most, in milliseconds, on two cores that are busy with something else. None says how
 * quick it is: litefs-killed.test.ts asserts that, and `npm run bench:failover` measures it.
 */
export const TIMEOUTS = {
  /** A change of the primary, whatever the reason, and all that follows it. */
  PRIMARY: 90_000,
  /** etcd, kube-apiserver, and three pods. */
  START: 240_000,
  STOP: 60_000,
  /** A whole test. */
  TEST: 420_000,
  /** 50,000 schedules of the model. */
  SCHEDULES: 900_000,
  /** As many schedules as it takes until one shows that a protection is missing. */
  MUTANT: 300_000,
} as const;
