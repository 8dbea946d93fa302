import { closeSync, copyFileSync, openSync, readSync, rmSync, truncateSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { TIMEOUTS } from '../timeouts.ts';
import { digest } from './rig/copies.ts';
import { DATABASE, startPair, works } from './rig/pair.ts';

const pair = startPair();

/** Changes half of a piece of a file, as `dd` and editors of bytes do: without a lock. */
function poke(path: string, at: number, length: number): void {
  const file = openSync(path, 'r+');
  try {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, at);
    writeSync(file, bytes.fill(7, length / 2), 0, length, at);
  } finally {
    closeSync(file);
  }
}

/** Works while a connection has the database open, and what was written last is in the WAL only. */
async function whileOpen(work: (database: Database.Database, path: string) => void): Promise<void> {
  const { primary, replica } = pair;
  const path = primary.path(DATABASE);
  const database = new Database(path, { timeout: 5_000 });
  database.pragma('wal_autocheckpoint = 0');
  database.exec("INSERT INTO row VALUES ('in the WAL only'), (randomblob(9000))");
  work(database, path);
  database.exec("INSERT INTO row VALUES ('the same connection')");
  database.close();
  await works(pair);
  expect(await digest(replica, DATABASE)).toBe(await digest(primary, DATABASE));
}

const refused: [string, (path: string) => void][] = [
  ['empties the WAL', (path) => truncateSync(`${path}-wal`, 0)],
  ['removes the WAL', (path) => rmSync(`${path}-wal`)],
  ['writes into the WAL', (path) => poke(`${path}-wal`, 32 + 24, 4_096)],
  ['removes the WAL index', (path) => rmSync(`${path}-shm`)],
  ['empties the WAL index', (path) => truncateSync(`${path}-shm`, 0)],
  ['writes a page of the database', (path) => poke(path, 4_096, 4_096)],
  ['empties the database', (path) => truncateSync(path, 0)],
  ['removes the database', (path) => rmSync(path)],
  ['puts another file in its place', (path) => copyFileSync('package.json', path)],
];

test.each(refused)(
  'who %s while it is open is refused, and nothing is lost',
  (_, act) =>
    whileOpen((database, path) => {
      const count = () => database.prepare('SELECT count(*) FROM row').pluck().get();
      const before = count();
      expect(() => act(path)).toThrow(/EPERM|EIO|not permitted|busy/);
      expect(count()).toBe(before);
    }),
  TIMEOUTS.LITEFS,
);

test('SQLite itself checkpoints, empties and removes them as ever', () =>
  whileOpen((database) => {
    expect(database.pragma('wal_checkpoint(TRUNCATE)')).toEqual([{ busy: 0, log: 0, checkpointed: 0 }]);
    for (const mode of ['delete', 'truncate', 'persist', 'wal'])
      expect(database.pragma(`journal_mode = ${mode}`, { simple: true })).toBe(mode);
  }));

test('a database that nobody has open can be removed, and made again', async () => {
  const { primary } = pair;
  const path = primary.path('removed.db');
  for (let round = 0; round < 2; round++) {
    const database = new Database(path);
    database.exec('CREATE TABLE row (text)');
    database.pragma('journal_mode = wal');
    database.close();
    rmSync(path);
  }
  await works(pair);
});
