import { Problem } from '../problem/problem.ts';
import { problems, RETRY_AFTER } from '../problem/types.ts';
import type { Outcome } from './group.ts';

/** Who waits for the end of a write. */
export interface WaitingWrite {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Tells how the write ended. */
export function settle({ resolve, reject }: WaitingWrite, outcome: Outcome): void {
  if ('value' in outcome) resolve(outcome.value);
  else reject(outcome.error);
}

/** What a write is told for which there is no room among those that wait. */
export function writeQueueFull(waiting: number): Problem {
  const detail = `${waiting} writes wait for the database already. Nothing was written.`;
  return new Problem(problems.writeQueueFull, detail, { headers: RETRY_AFTER });
}
