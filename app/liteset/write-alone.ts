import type { Database } from 'better-sqlite3';
import { Group, type Outcome } from './group.ts';

const groupOfOne = new Group({ maxGroup: 1, maxMs: Number.POSITIVE_INFINITY });

/**
 * Does a write in a transaction of its own, in the thread that asks. It does not wait for a lock of SQLite, which another
 * process may hold for long, while this thread has requests to answer.
 *
 * @returns how it ended; undefined if a lock is taken: nothing was done.
 */
export function writeAlone(connection: () => Database, write: () => unknown): Outcome | undefined {
  let waitAgain = (): void => {};
  const impatient = () => {
    const open = connection();
    waitAgain = waitForNoLock(open);
    return open;
  };
  const [outcome] = groupOfOne.run(impatient, [write]);
  waitAgain();
  return outcome && 'error' in outcome && isBusy(outcome.error) ? undefined : outcome;
}

/** Returns how the connection waits for locks again as before. */
function waitForNoLock(connection: Database): () => void {
  const before = connection.pragma('busy_timeout', { simple: true });
  connection.pragma('busy_timeout = 0');
  return () => {
    if (connection.open) connection.pragma(`busy_timeout = ${before}`);
  };
}

const isBusy = (error: unknown): boolean => String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
