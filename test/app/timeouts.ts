import { slow } from '../lib/slow.ts';

/**
 * How long hooks and tests may take at the most, in milliseconds, on two cores that are busy with something else. None says
 * how quick it is. LITESET_SLOW stretches all. What is not named here has half a minute (jest.config.mjs).
 */
export const TIMEOUTS = {
  /** What starts or stops LiteFS on two or three pods, or does a little with them. */
  LITEFS: 90_000 * slow,
  /** A story of pods on LiteFS: takeovers, replication that stops, transfers. */
  STORY: 180_000 * slow,
  /** What does one thing hundreds of times. */
  MANY: 600_000 * slow,
} as const;
