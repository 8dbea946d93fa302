import type { History } from './history.ts';

/** The longest time between two acknowledged writes that were answered after `since`, in milliseconds. */
export function longestGap(history: History, since = 0): number {
  const times = history.writes('done').map(({ answered }) => answered);
  const sorted = times.filter((at) => at >= since).sort((one, other) => one - other);
  return sorted.reduce((longest, at, i) => Math.max(longest, i === 0 ? 0 : at - (sorted[i - 1] ?? at)), 0);
}

/** Median, 95th percentile and greatest of some times, in words. */
export function summary(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number) => Math.round(sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN);
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} ms`;
}
