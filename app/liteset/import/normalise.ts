import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { readHeader } from './check.ts';

/** SQLite's own default, and the page size of a database that the service makes. */
const DEFAULT_PAGE_SIZE = 4096;

/**
 * Brings a copy into the form that LiteFS can put in the place of the present database:
 * - with its page size. LiteFS keeps the page size that it saw first; at a page of another size it ends itself
 *   (`db.go`: "database write must be a single page"), after it has recorded the transaction;
 * - marked as a database with a write-ahead log. LiteFS turns this mode on when it sees the mark, and never off.
 *
 * `present` is the path of the database that is replaced; it need not exist.
 */
export function normalise(copy: string, present: string): void {
  const pageSize = presentPageSize(present) ?? DEFAULT_PAGE_SIZE;
  const database = new BetterSqlite3(copy);
  try {
    if (readHeader(copy).pageSize !== pageSize) {
      database.pragma('journal_mode = DELETE');
      database.pragma(`page_size = ${pageSize}`);
      database.exec('VACUUM');
    }
    database.pragma('journal_mode = WAL');
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(copy + suffix, { force: true });
}

function presentPageSize(path: string): number | undefined {
  const bytes = Buffer.alloc(2);
  try {
    const file = openSync(path, 'r');
    try {
      if (readSync(file, bytes, 0, 2, 16) < 2) return undefined;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return bytes.readUInt16BE() === 1 ? 65_536 : bytes.readUInt16BE();
}
