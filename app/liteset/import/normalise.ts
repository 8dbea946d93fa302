import { existsSync, rmSync, statSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { readHeader } from './header.ts';

/** SQLite's own default, and the page size of a database that the service makes. */
const DEFAULT_PAGE_SIZE = 4096;

/**
 * Brings a copy into the form that LiteFS can put in the place of the present database:
 * - with its page size. LiteFS keeps the page size that it saw first; at a page of another size it ends itself
 *   (`db.go`: "database write must be a single page"), after it has recorded the transaction;
 * - without `auto_vacuum`, by which a large DELETE shrinks the file: LiteFS as published ends itself then
 *   (superfly/litefs#445), and each page that moves is replicated and backed up once more;
 * - marked as a database with a write-ahead log. LiteFS turns this mode on when it sees the mark, and never off.
 *
 * `present` is the path of the database that is replaced; it need not exist. Returns what was changed, in words.
 */
export function normalise(copy: string, present: string): string[] {
  const pageSize = presentPageSize(present);
  const before = readHeader(copy);
  const changes = [
    ...(before.autoVacuum ? ['auto_vacuum was turned off'] : []),
    ...(before.pageSize === pageSize ? [] : [`pages of ${before.pageSize} bytes became pages of ${pageSize}`]),
  ];
  const database = new BetterSqlite3(copy);
  try {
    if (changes.length > 0) {
      // No journal: the copy is thrown away if this fails.
      database.pragma('journal_mode = DELETE');
      database.pragma('journal_mode = OFF');
      database.pragma('auto_vacuum = NONE');
      database.pragma(`page_size = ${pageSize}`);
      database.exec('VACUUM');
    }
    database.pragma('journal_mode = WAL');
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(copy + suffix, { force: true });
  return changes;
}

function presentPageSize(path: string): number {
  return existsSync(path) && statSync(path).size > 0 ? readHeader(path).pageSize : DEFAULT_PAGE_SIZE;
}
