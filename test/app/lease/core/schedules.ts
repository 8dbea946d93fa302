import type { Pauses } from './model/faults.ts';
import { run } from './model/run.ts';
import { REAL } from './model/variant.ts';

/** What many schedules came to. */
export interface Summary {
  readonly schedules: number;
  readonly violations: readonly string[];
  /** Seeds of schedules that ended without a primary. */
  readonly stuck: readonly number[];
  /** How often some LiteFS became primary or renewed, in all schedules together. */
  readonly terms: number;
}

/** Runs the schedules of the seeds from 0 to below `count`. A failure names its seed, which `run` repeats exactly. */
export function runSchedules(count: number, pauses: Pauses): Summary {
  const violations: string[] = [];
  const stuck: number[] = [];
  let terms = 0;
  for (let seed = 0; seed < count; seed++) {
    const result = run(seed, pauses, REAL);
    terms += result.terms;
    if (result.violation !== '') violations.push(result.violation);
    else if (!result.recovered) stuck.push(seed);
  }
  return { schedules: count, violations, stuck, terms };
}

/** Half of the schedules: there is a file for each kind of pauses, so that jest runs both at a time. */
export const SCHEDULES = 50_000;
