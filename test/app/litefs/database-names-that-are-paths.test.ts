import { existsSync, openSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { startPair, status, works } from './rig/pair.ts';

const pair = startPair();
const file = (() => {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE row (text)');
  return database.serialize();
})();
const NAMES = [
  ...['', '.', '..', './test.db', 'test.db/', '../stray', '../../stray', '/stray', 'a/b', 'a\0b', '.primary', '.lag'],
  ...['test.db-wal', 'test.db-shm', 'test.db-journal', 'test.db-pos', 'test.db-lock', 'x'.repeat(248)],
];

test.each(NAMES)('"%s" is no name of a database, and nothing is written', async (name) => {
  const { primary, replica } = pair;
  for (const node of [primary, replica]) {
    const query = `name=${encodeURIComponent(name)}`;
    expect(await status(node, 'POST', `/import?${query}`, file)).toBeGreaterThanOrEqual(400);
    expect(await status(node, 'POST', `/halt?id=1&${query}`)).toBeGreaterThanOrEqual(400);
    expect(readdirSync(join(node.data, 'dbs'))).toEqual(['test.db']);
    expect(readdirSync(node.data).sort()).toEqual(
      ['clusterid', 'dbs', 'id'].filter((it) => existsSync(join(node.data, it))),
    );
    expect(existsSync(join(dirname(node.data), 'stray'))).toBe(false);
  }
  await works(pair);
});

test('a name that is one is taken, up to the longest that a journal can have', async () => {
  for (const name of ['x'.repeat(247), 'with space.db', '.hidden.db', 'constructor', 'ü.db'])
    expect(await status(pair.primary, 'POST', `/import?name=${encodeURIComponent(name)}`, file)).toBe(200);
  await works(pair);
});

test('a name that is not UTF-8 is refused, and nothing panics', async () => {
  const path = Buffer.concat([Buffer.from(`${pair.primary.mount}/`), Buffer.from([0xff]), Buffer.from('.db')]);
  expect(() => openSync(path, 'w')).toThrow('EIO');
  await works(pair);
});

test('a transaction over two databases with rollback journals is refused, and leaves nothing', async () => {
  const database = new Database(pair.primary.path('one.db'));
  database.exec(`CREATE TABLE row (text); ATTACH '${pair.primary.path('two.db')}' AS two; CREATE TABLE two.row (text)`);
  const both = 'BEGIN; INSERT INTO main.row VALUES (1); INSERT INTO two.row VALUES (1); COMMIT';
  expect(() => database.exec(both)).toThrow('unable to open database file');
  for (const name of ['main', 'two']) database.pragma(`${name}.journal_mode = wal`);
  database.exec(both);
  database.close();
  expect(readdirSync(join(pair.primary.data, 'dbs')).filter((name) => name.includes('-mj'))).toEqual([]);
  await works(pair);
});
