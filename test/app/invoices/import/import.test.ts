import { createReadStream, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import BetterSqlite3 from 'better-sqlite3';
import { Database } from '../../../../app/invoices/database/database.ts';
import { migrate } from '../../../../app/invoices/database/migrate.ts';
import { importRules, refusalReason } from '../../../../app/invoices/import/rules.ts';
import { fill } from '../../../../app/invoices/sample/fill.ts';
import { checkDatabase } from '../../../../app/liteset/import/check.ts';
import { readHeader } from '../../../../app/liteset/import/header.ts';
import { normalise } from '../../../../app/liteset/import/normalise.ts';
import { importTarget } from '../rig/import-target.ts';
import { migrations, temporaryFolder } from '../rig/service.ts';

const folder = temporaryFolder();

/** A Chinook file as people have it: a rollback journal, any page size, nothing of this service in it. */
function chinook(name: string, pageSize: number, invoices = 30): string {
  const path = join(folder, name);
  const database = new Database(path);
  migrate(database, migrations);
  fill(database, { invoices });
  const { connection } = database;
  connection.exec('DROP TABLE liteset_Migration; DROP TABLE liteset_Idempotency; DROP INDEX liteset_InvoiceDate');
  connection.pragma('journal_mode = DELETE');
  connection.pragma(`page_size = ${pageSize}`);
  connection.exec('VACUUM');
  database.close();
  return path;
}
const good = chinook('good.db', 1024);
const bytes = readFileSync(good);

function file(name: string, content: Buffer | string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
function sql(name: string, text: string): string {
  const database = new BetterSqlite3(join(folder, name));
  database.exec(text);
  database.close();
  return join(folder, name);
}
function damaged(): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0xee, 20 * 1024, 24 * 1024);
  return copy;
}
function cut(length: number): string {
  const path = file(`cut-${length}.db`, bytes);
  truncateSync(path, length);
  return path;
}

const refused: [string, () => string, RegExp][] = [
  ['an empty file', () => file('empty', ''), /empty/],
  ['a file that is no database', () => file('text', 'hello '.repeat(100)), /not a SQLite database/],
  [
    'a header with an impossible page size',
    () => file('head', Buffer.concat([bytes.subarray(0, 16), Buffer.alloc(200)])),
    /header/,
  ],
  ['a file that is cut short within a page', () => cut(50 * 1024 + 100), /cut short: its last page is not whole/],
  ['a file that is cut short between pages', () => cut(50 * 1024), /cut short: 50 of \d+ pages/],
  ['a corrupt file', () => file('corrupt', damaged()), /corrupt: /],
  ['another database', () => sql('other.db', 'CREATE TABLE cats (name)'), /not Chinook's database: it lacks Artist/],
  ['a Chinook table without its columns', () => sql('half.db', `CREATE TABLE Invoice (InvoiceId)`), /Invoice\.Total/],
];

test.each(refused)('%s is refused with the reason', (_what, make, reason) => {
  const path = make();
  const before = readFileSync(path);
  expect(() => checkDatabase(path, refusalReason)).toThrow(reason);
  expect(readFileSync(path)).toEqual(before);
});

test('broken references are reported, not refused', () => {
  const path = file('orphans.db', bytes);
  const database = new BetterSqlite3(path);
  database.pragma('foreign_keys = OFF');
  database.exec('UPDATE Invoice SET CustomerId = 99999 WHERE InvoiceId < 3');
  database.close();
  expect(checkDatabase(path, refusalReason)).toEqual(['2 broken references from Invoice to Customer']);
});

test('other tables pass when they are asked for', () => {
  expect(
    checkDatabase(sql('cats.db', 'CREATE TABLE cats (name)'), importRules(migrations, true).refusalReason),
  ).toEqual([]);
});

test.each([512, 65_536])('a file with pages of %s bytes gets the page size of the present database', (pageSize) => {
  const copy = chinook(`pages-${pageSize}.db`, pageSize);
  const present = sql(`present-${pageSize}.db`, 'PRAGMA page_size = 2048; CREATE TABLE t (a)');
  normalise(copy, present);
  expect(readHeader(copy).pageSize).toBe(2048);
  expect([...readFileSync(copy).subarray(18, 20)]).toEqual([2, 2]);
  expect(existsSync(`${copy}-wal`)).toBe(false);
  const database = new BetterSqlite3(copy, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.prepare('SELECT count(*) FROM Invoice').pluck().get()).toBe(30);
  database.close();
});

test('without a present database the copy gets the usual page size', () => {
  const copy = chinook('first.db', 512);
  normalise(copy, join(folder, 'absent.db'));
  expect(readHeader(copy).pageSize).toBe(4096);
});

describe('with a stand-in for LiteFS that puts the file in place', () => {
  const databasePath = join(folder, 'invoices.db');
  const target = importTarget(databasePath);

  test('a Chinook file arrives with what the service needs, and what was imported is told', async () => {
    const lines = await target.run(createReadStream(good));
    expect(lines).toEqual(expect.arrayContaining(['imported at position 0000000000000007/abc', '  Invoice: 30 rows']));
    const database = new Database(databasePath);
    expect(migrate(database, migrations).applied).toEqual([]);
    database.close();
  });

  test('a refused file reaches nobody, and no copy of it stays', async () => {
    const before = { posts: target.posts(), present: readFileSync(databasePath) };
    const temporary = temporaryFolder();
    process.env['TMPDIR'] = temporary;
    await expect(target.run(Readable.from([Buffer.from('no database')]))).rejects.toThrow('not a SQLite database');
    expect({ posts: target.posts(), present: readFileSync(databasePath) }).toEqual(before);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
