import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import BetterSqlite3 from 'better-sqlite3';
import { newDatabase, temporaryFolder } from '../rig/service.ts';

const folder = temporaryFolder();
const file = join(folder, 'test.db');
const env = { PATH: `${resolve('node_modules/.bin')}:${process.env['PATH']}` };

interface Ended {
  code: number | null;
  stdout: string;
}
function ended(program: string, args: string[], input = ''): Ended & { stderr: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8', env });
  return { code: status, stdout, stderr };
}
const ours = (args: string[], input?: string) => ended(resolve('app/invoices/shell/sqlite3'), args, input);
/** SQLite's own program, in the version that Debian has. */
const original = (args: string[], input?: string) => ended('/usr/bin/sqlite3', args, input);

beforeAll(() => {
  const database = new BetterSqlite3(file);
  database.exec(`CREATE TABLE "a b" (id INTEGER PRIMARY KEY, text TEXT, more, twice AS (id * 2));
    INSERT INTO "a b" VALUES (1, 'it''s; "quoted"', 0.5), (2, NULL, x'00ff'), (9007199254740993, 'São|Paulo', 1.0);
    CREATE INDEX "by text" ON "a b" (text);
    CREATE TRIGGER t AFTER INSERT ON "a b" BEGIN UPDATE "a b" SET more = 2 WHERE id = NEW.id; SELECT 1; END;
    CREATE VIEW v AS SELECT id FROM "a b"`);
  database.close();
});

test('the version is that of the service, and not of another SQLite', () => {
  const database = new BetterSqlite3(':memory:');
  expect(ours(['--version']).stdout.split(' ')[0]).toBe(database.prepare('SELECT sqlite_version()').pluck().get());
  database.close();
});

test.each([
  [['SELECT id, text, typeof(more) FROM "a b"']],
  [["SELECT 1.0, 1e300, -0.5, NULL, 'a;b', 9223372036854775807; SELECT ';' -- ;"]],
  [['SELECT 1', 'SELECT 2;']],
  [['-header', 'SELECT 1 AS one, 2 AS "the second"']],
  [['-bail', '-cmd', '.timeout 5000', 'SELECT 1; SELECT count(*) FROM sqlite_schema']],
  [['PRAGMA quick_check; PRAGMA user_version']],
  [['.tables']],
])('%p prints what SQLite’s own program prints', (args) => {
  const at = args.findIndex((arg) => /^(SELECT|PRAGMA|\.tables)/.test(arg));
  const whole = args.toSpliced(at, 0, file);
  const squeezed = ({ code, stdout }: Ended) => ({
    code,
    stdout: stdout.replace(/ {2,}/g, '\n').replace(/\n+/g, '\n'),
  });
  expect(squeezed(ours(whole))).toEqual(squeezed(original(whole)));
});

test('statements of several lines are read from the standard input, triggers and texts with semicolons, too', () => {
  const input =
    "CREATE TABLE n (a);\nCREATE TRIGGER x AFTER INSERT ON n BEGIN\n SELECT 1;\nEND;\nINSERT INTO n VALUES ('a;\nb');\nSELECT a\nFROM n";
  expect(ours([':memory:'], input)).toEqual({ code: 0, stdout: 'a;\nb\n', stderr: '' });
});

test.each([
  [['SELECT 1; SELECT FROM; SELECT 2'], /syntax error/, '1\n'],
  [['SELECT @@; SELECT 2'], /unrecognized token|near/, ''],
  [["SELECT 'open"], /incomplete input|unrecognized/, ''],
  [['-readonly', 'CREATE TABLE never (a)'], /readonly/, ''],
  [['.import x'], /not known here/, ''],
])('%p fails with code 1 and says why, and nothing after it is run', (args, says, stdout) => {
  const at = args.length - 1;
  const result = ours(args.toSpliced(at, 0, file));
  expect(result).toEqual({ code: 1, stdout, stderr: expect.stringMatching(says) });
});

test('a dump makes the database anew, and a backup is its copy', () => {
  const { path } = newDatabase(20);
  for (const source of [file, path]) {
    const copy = join(folder, `copy-${source === file}.db`);
    const dumped = ours([source, '.dump']);
    expect(original([copy], dumped.stdout)).toMatchObject({ code: 0, stderr: '' });
    expect(original([copy, '.dump']).stdout).toBe(original([source, '.dump']).stdout);
    const backup = join(folder, `backup-${source === file}.db`);
    expect(ours([source, `.backup ${backup}`])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(original([backup, '.dump']).stdout).toBe(original([source, '.dump']).stdout);
  }
});

test('on LiteFS a transaction is undone in which nothing is asked any more, since other pods wait for it', async () => {
  const path = join(folder, 'forgotten.db');
  ours([path, 'CREATE TABLE t (a)']);
  // LiteFS has such a file beside each of its databases.
  writeFileSync(`${path}-pos`, '');
  const child = spawn(resolve('app/invoices/shell/sqlite3'), [path], { env });
  const said = text(child.stderr);
  child.stdin.write('BEGIN;\nINSERT INTO t VALUES (1);\n');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(await said).toMatch(/open for 10 s without a statement, and is undone/);
  expect(ours([path, 'SELECT count(*) FROM t'])).toEqual({ code: 0, stdout: '0\n', stderr: '' });
});
