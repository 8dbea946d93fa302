import type { History } from './history.ts';

/** The times between two acknowledged writes, in milliseconds, the longest first: from `since` to the first after it, and so on. */
export function gaps(history: History, since = Number.NEGATIVE_INFINITY): number[] {
  const times = history.writes('done').map(({ answered }) => answered);
  const sorted = [since, ...times].filter((at) => at >= since && Number.isFinite(at)).sort((one, other) => one - other);
  const between = sorted.slice(1).map((at, i) => Math.round(at - (sorted[i] ?? at)));
  return between.sort((one, other) => other - one);
}

/** The longest of them. */
export const longestGap = (history: History, since?: number): number => gaps(history, since)[0] ?? 0;

/** Median, 95th percentile and greatest of some times, in words. */
export function summary(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number) => Math.round(sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN);
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} ms`;
}
