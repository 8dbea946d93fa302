import Database from 'better-sqlite3';
import { TIMEOUTS } from '../timeouts.ts';
import { digest } from './rig/copies.ts';
import { DATABASE, startPair, works } from './rig/pair.ts';

const pair = startPair();

test.each(['off', 'memory'])(
  'with journal_mode = %s a write fails, instead of being on one pod only',
  async (mode) => {
    const { primary, replica } = pair;
    const database = new Database(primary.path(DATABASE), { timeout: 5_000 });
    database.unsafeMode(true); // the mode `off` is not to be had otherwise
    database.pragma('journal_mode = delete');
    expect(database.pragma(`journal_mode = ${mode}`, { simple: true })).toBe(mode);
    expect(() => database.exec("INSERT INTO row VALUES ('without a journal')")).toThrow('disk I/O error');
    database.close();
    await primary.kill();
    await primary.start();
    await works(pair);
    expect(await digest(replica, DATABASE)).toBe(await digest(primary, DATABASE));
  },
  TIMEOUTS.LITEFS,
);

test('a new database is not begun so, either', () => {
  const database = new Database(pair.primary.path('new.db'));
  database.pragma('journal_mode = memory');
  expect(() => database.exec('CREATE TABLE row (text)')).toThrow('disk I/O error');
  database.pragma('journal_mode = delete');
  database.exec('CREATE TABLE row (text)');
  database.close();
});
