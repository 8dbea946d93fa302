import Database from 'better-sqlite3';
import { TIMEOUTS } from '../timeouts.ts';
import { DATABASE, onPrimary, startPair, status, works } from './rig/pair.ts';

const pair = startPair();

/** A database of one row as bytes, with a rollback journal or in WAL mode. */
function file(wal: boolean): Buffer {
  const database = new Database(':memory:');
  database.exec("CREATE TABLE row (text); INSERT INTO row VALUES ('imported')");
  return database.serialize().fill(wal ? 2 : 1, 18, 20);
}

test.each(['delete', 'wal', 'truncate', 'wal', 'persist', 'wal'])(
  'both pods go on when the journal mode becomes %s',
  async (mode) => {
    expect(onPrimary(pair, (database) => database.pragma(`journal_mode = ${mode}`, { simple: true }))).toBe(mode);
    await works(pair);
    await works(pair);
  },
  TIMEOUTS.LITEFS,
);

test.each([false, true, false, false, true, true])(
  'both pods go on after an import of a file in WAL mode: %s',
  async (wal) => {
    expect(await status(pair.primary, 'POST', `/import?name=${DATABASE}`, file(wal))).toBe(200);
    expect(onPrimary(pair, (database) => database.pragma('journal_mode', { simple: true }))).toBe(
      wal ? 'wal' : 'delete',
    );
    await works(pair);
    await works(pair);
  },
  TIMEOUTS.LITEFS,
);
