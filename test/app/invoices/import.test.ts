import { createReadStream, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import BetterSqlite3 from 'better-sqlite3';
import { Database } from '../../../app/invoices/database/database.ts';
import { importRules, whyNotChinook } from '../../../app/invoices/database/import-rules.ts';
import { migrate } from '../../../app/invoices/database/migrate.ts';
import { fill } from '../../../app/invoices/sample/fill.ts';
import { checkDatabase, readHeader } from '../../../app/liteset/import/check.ts';
import { importDatabase } from '../../../app/liteset/import/import-database.ts';
import { normalise } from '../../../app/liteset/import/normalise.ts';
import { migrations, temporaryFolder } from './rig/service.ts';

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
  expect(() => checkDatabase(path, whyNotChinook)).toThrow(reason);
  expect(readFileSync(path)).toEqual(before);
});

test('broken references are reported, not refused', () => {
  const path = file('orphans.db', bytes);
  const database = new BetterSqlite3(path);
  database.pragma('foreign_keys = OFF');
  database.exec('UPDATE Invoice SET CustomerId = 99999 WHERE InvoiceId < 3');
  database.close();
  expect(checkDatabase(path, whyNotChinook)).toEqual(['2 broken references from Invoice to Customer']);
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
  let posts = 0;
  const litefs = createServer((req, res) => {
    if (req.url === '/info') return res.end(JSON.stringify({ isPrimary: true, primary: { hostname: 'x' } }));
    posts += 1;
    void req.toArray().then((chunks) => {
      writeFileSync(databasePath, Buffer.concat(chunks));
      writeFileSync(`${databasePath}-pos`, '0000000000000007/abc\n');
      res.end();
    });
  });
  beforeAll(() => new Promise<void>((done) => litefs.listen(0, '127.0.0.1', done)));
  afterAll(() => new Promise<void>((done) => void litefs.close(() => done())));

  async function run(input: Readable, force = false): Promise<string[]> {
    const lines: string[] = [];
    const litefsUrl = `http://127.0.0.1:${(litefs.address() as AddressInfo).port}`;
    const rules = importRules(migrations, force);
    await importDatabase({ input, databasePath, litefsUrl, rules, print: (line) => lines.push(line) });
    return lines;
  }

  test('a Chinook file arrives with what the service needs, and what was imported is told', async () => {
    const lines = await run(createReadStream(good));
    expect(lines).toEqual(expect.arrayContaining(['imported at position 0000000000000007/abc', '  Invoice: 30 rows']));
    const database = new Database(databasePath);
    expect(migrate(database, migrations).applied).toEqual([]);
    database.close();
  });

  test('a refused file reaches nobody, and no copy of it stays', async () => {
    const before = { posts, present: readFileSync(databasePath) };
    const copies = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('liteset-import-'));
    const there = copies();
    await expect(run(Readable.from([Buffer.from('no database')]))).rejects.toThrow('not a SQLite database');
    expect({ posts, present: readFileSync(databasePath) }).toEqual(before);
    expect(copies()).toEqual(there);
  });
});
