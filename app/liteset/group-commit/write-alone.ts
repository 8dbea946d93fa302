import type { Database } from 'better-sqlite3';
import { sqliteCode } from '../lib/sqlite-code.ts';
import type { Group, Outcome } from './group.ts';

/**
 * Does a write in a transaction of its own, as a group of one, in the thread that asks. It does not wait for a lock of SQLite, which another
 * process may hold for long, while this thread has requests to answer.
 *
 * @returns how it ended; undefined if a lock is taken: nothing was done.
 */
export function writeAlone(group: Group, connection: () => Database, write: () => unknown): Outcome | undefined {
  let waitAgain = (): void => {};
  const impatient = () => {
    const open = connection();
    waitAgain = waitForNoLock(open);
    return open;
  };
  const [outcome] = group.run(impatient, [write]);
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

const isBusy = (error: unknown): boolean => sqliteCode(error)?.startsWith('SQLITE_BUSY') ?? false;
