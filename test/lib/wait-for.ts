import { setTimeout as pause } from 'node:timers/promises';

/** How long something may take that starts programs, in milliseconds, unless the caller knows better. */
const LONG_MS = 40_000;
/** How often a condition is looked at, in milliseconds. */
const INTERVAL_MS = 25;

/** An error after which waiting is of no use, such as a program's end. */
export class Hopeless extends Error {}

/**
 * Tries until the attempt neither throws nor answers `false` or `undefined`, and returns what it answers.
 *
 * @param what completes the sentence "waited for …"
 * @throws Error with the last reason, when the time is over or an attempt was {@link Hopeless}
 */
export async function waitFor<T>(
  what: string,
  attempt: () => T | Promise<T>,
  ms = LONG_MS,
  every = INTERVAL_MS,
): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + ms;
  let reason: unknown;
  do {
    try {
      const result = await attempt();
      if (result !== false && result !== undefined) return result as Exclude<T, false | undefined>;
      reason = 'it was not so';
    } catch (error) {
      reason = error;
      if (error instanceof Hopeless) break;
    }
    await pause(every);
  } while (performance.now() < end);
  const because = reason instanceof Error ? reason.message : String(reason);
  throw new Error(`waited up to ${ms} ms for ${what}: ${because}`, { cause: reason });
}
