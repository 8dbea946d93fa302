import processes from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LongReads } from '../../../../app/liteset/reads/long-reads.ts';
import { TIMEOUTS } from '../../timeouts.ts';

const directory = mkdtempSync(join(tmpdir(), 'liteset-long-'));
const database = join(directory, 'test.db');
const open: LongReads[] = [];
const longReads = (options: { maxMs?: number; maxQueue?: number } = {}) => {
  const reads = new LongReads({ database, maxMs: 30_000, ...options });
  open.push(reads);
  return reads;
};
beforeAll(() => new Database(database).exec('CREATE TABLE row (id INTEGER); INSERT INTO row VALUES (1), (2)').close());
afterAll(() => {
  for (const reads of open) reads.close();
  rmSync(directory, { recursive: true });
});
jest.setTimeout(TIMEOUTS.LITEFS);

const ENDLESS = `SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)`;

test('long reads get their rows, in order', async () => {
  const reads = longReads();
  const ids = (least: number) => reads.all<{ id: number }>('SELECT id FROM row WHERE id >= ? ORDER BY id', [least]);
  expect(await Promise.all([ids(1), ids(2), ids(3)])).toEqual([[{ id: 1 }, { id: 2 }], [{ id: 2 }], []]);
});

test('an error of SQLite in a long read arrives with its code, and the next read works', async () => {
  const reads = longReads();
  await expect(reads.all('SELECT * FROM absent', [])).rejects.toMatchObject({
    code: 'SQLITE_ERROR',
    message: 'no such table: absent',
  });
  await expect(reads.all('DELETE FROM row', [])).rejects.toThrow();
  expect(await reads.all('SELECT count(*) AS count FROM row', [])).toEqual([{ count: 2 }]);
});

test('a process that cannot be started is an error of the read, and the next one works', async () => {
  const reads = longReads();
  const start = jest.spyOn(processes, 'fork');
  start.mockImplementationOnce(() => processes.spawn('/nonexistent', { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }));
  await expect(reads.all('SELECT 1 AS one', [])).rejects.toMatchObject({ syscall: 'spawn /nonexistent' });
  start.mockRestore();
  expect(await reads.all('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
});

test('a read that takes too long is ended in the middle of a statement, and those behind it are answered', async () => {
  const reads = longReads({ maxMs: 2_000 });
  const [ended, next] = await Promise.allSettled([reads.all(ENDLESS, []), reads.all('SELECT 1 AS one', [])]);
  expect(ended).toMatchObject({ reason: { kind: { type: 'urn:liteset:problem:read-too-long', status: 503 } } });
  expect(next).toMatchObject({ value: [{ one: 1 }] });
});

test('long reads more than may wait are refused at once', async () => {
  const reads = longReads({ maxQueue: 1 });
  const results = await Promise.allSettled([1, 2, 3].map(() => reads.all('SELECT 1 AS one', [])));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
});
