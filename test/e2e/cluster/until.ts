import { waitFor } from '../../lib/wait-for.ts';
import { type Timeout, timeout } from './timeouts.ts';

/** How often the cluster is asked, in milliseconds: each question may start a program. */
const INTERVAL_MS = 200;

/** {@link waitFor} with a limit by its name in timeouts.ts. */
export const until = <T>(what: string, limit: Timeout, attempt: () => T | Promise<T>) =>
  waitFor(`${what} (limit ${limit})`, attempt, timeout(limit), INTERVAL_MS);
