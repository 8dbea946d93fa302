import { setTimeout as pause } from 'node:timers/promises';
import { type Timeout, timeout } from './timeouts.ts';

/** How often a condition is looked at, in milliseconds. */
const INTERVAL = 200;

/**
 * Tries until the attempt neither throws nor answers `false` or `undefined`, and returns what it answers.
 *
 * @param what completes the sentence "waited for …"
 * @throws Error with the last reason, when the named time is over
 */
export async function until<T>(
  what: string,
  limit: Timeout,
  attempt: () => T | Promise<T>,
): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + timeout(limit);
  let reason: unknown = 'it was not so';
  do {
    try {
      const result = await attempt();
      if (result !== false && result !== undefined) return result as Exclude<T, false | undefined>;
      reason = 'it was not so';
    } catch (error) {
      reason = error;
    }
    await pause(INTERVAL);
  } while (performance.now() < end);
  const because = reason instanceof Error ? reason.message : String(reason);
  throw new Error(`waited ${timeout(limit)} ms (${limit}) for ${what}: ${because}`, { cause: reason });
}
