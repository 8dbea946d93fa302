import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { WriterThread, type WriterThreadOptions } from '../../../../app/liteset/group-commit/writer-thread.ts';
import { Problem } from '../../../../app/liteset/problem/problem.ts';

const directory = mkdtempSync(join(tmpdir(), 'liteset-thread-'));
const path = join(directory, 'test.db');
const db = new Database(path);
const open: WriterThread[] = [];
const start = (limits = { maxGroup: 64, maxMs: 1_000 }, options: Partial<WriterThreadOptions> = {}) => {
  const thread = new WriterThread({
    program: resolve('test/app/liteset/group-commit/row-thread.ts'),
    data: { path, limits },
    ...options,
  });
  open.push(thread);
  return thread;
};
beforeAll(() => {
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)');
});
beforeEach(() => void db.exec('DELETE FROM row'));
afterEach(() => Promise.all(open.splice(0).map((thread) => thread.close())));
afterAll(() => {
  db.close();
  rmSync(directory, { recursive: true });
});

const rows = () => db.prepare('SELECT text FROM row ORDER BY id').pluck().all();

test('writes of one moment are committed together, in their order, and answered when others see them', async () => {
  const thread = start();
  const seen: unknown[] = [];
  const calls = ['a', 'b', 'c'].map((text) =>
    thread.run('insert', [text]).then((id) => seen.push([id, rows().length])),
  );
  const during = thread.run('seen', []);
  await Promise.all(calls);
  expect([await during, seen, rows()]).toEqual([
    0,
    [
      [1, 3],
      [2, 3],
      [3, 3],
    ],
    ['a', 'b', 'c'],
  ]);
});

test('a write that fails is undone alone, and its error is what it was', async () => {
  const thread = start();
  const [first, failed, twice, last] = await Promise.allSettled([
    thread.run('insert', ['a']),
    thread.run('insertAndFail', ['b']),
    thread.run('insert', ['a']),
    thread.run('insert', ['c']),
  ]);
  expect([first.status, last.status, rows()]).toEqual(['fulfilled', 'fulfilled', ['a', 'c']]);
  const problem = (failed as PromiseRejectedResult).reason;
  expect(problem).toBeInstanceOf(Problem);
  expect(problem).toMatchObject({
    message: 'no',
    status: 422,
    extensions: { errors: [1] },
    headers: { 'Retry-After': '1' },
  });
  expect((twice as PromiseRejectedResult).reason).toMatchObject({ code: 'SQLITE_CONSTRAINT_UNIQUE' });
});

test('what a full group leaves over goes into the next ones, before what came later', async () => {
  const thread = start({ maxGroup: 2, maxMs: 1_000 });
  const texts = ['a', 'b', 'c', 'd', 'e'];
  const first = texts.map((text) => thread.run('insert', [text]));
  await first[0];
  const late = thread.run('insert', ['f']);
  await Promise.all([...first, late]);
  expect(rows()).toEqual([...texts, 'f']);
});

/** A flag that a write in the thread waits for. */
function flag(): { value: Int32Array; set(): void } {
  const value = new Int32Array(new SharedArrayBuffer(4));
  const set = () => {
    Atomics.store(value, 0, 1);
    Atomics.notify(value, 0);
  };
  return { value, set };
}
/** Whether another connection has begun to write. */
function isLocked(): boolean {
  const other = new Database(path, { timeout: 0 });
  try {
    other.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch {
    return true;
  } finally {
    other.close();
  }
}
const turn = () => new Promise(setImmediate);

test('the thread says that a commit is under way until the writes in it are answered', async () => {
  const thread = start();
  expect([thread.commitInProgress, thread.busyMs]).toEqual([undefined, 0]);
  const done = flag();
  let isAnswered = false;
  const write = thread.run('insertAndWait', ['a', done.value]).then(() => {
    isAnswered = true;
  });
  while (!thread.commitInProgress) await turn();
  expect([rows(), thread.busyMs > 0]).toEqual([[], true]);
  const { commitInProgress } = thread;
  done.set();
  await commitInProgress;
  expect(rows()).toEqual(['a']);
  await write;
  expect([isAnswered, thread.commitInProgress, thread.busyMs]).toEqual([true, undefined, 0]);
});

test('the next group begins before the report of the one before is taken, and a read then waits for it', async () => {
  const thread = start();
  const [first, second] = [flag(), flag()];
  const written: string[] = [];
  const a = thread.run('insertAndWait', ['a', first.value]).then(() => written.push('a'));
  while (!thread.commitInProgress) await turn();
  const b = thread.run('insertAndWait', ['b', second.value]).then(() => written.push('b'));
  await turn();
  first.set();
  // No turn of this event loop: the report of the first is not taken, and what it has committed is seen.
  const end = performance.now() + 10_000;
  while (rows().length === 0 || !isLocked()) if (performance.now() > end) throw new Error('The second did not begin.');
  const { commitInProgress } = thread;
  second.set();
  await commitInProgress;
  expect(rows()).toEqual(['a', 'b']);
  await Promise.all([a, b]);
  expect([written, thread.commitInProgress]).toEqual([['a', 'b'], undefined]);
});

test('a lone write is done here, and by the thread if it is not alone or cannot be done here', async () => {
  const thread = start();
  const here = (value: unknown) => () => ({ value });
  expect(await thread.run('insert', ['a'], here('done here'))).toBe('done here');
  expect(rows()).toEqual([]);
  await expect(thread.run('insert', ['a'], () => ({ error: new Error('no') }))).rejects.toThrow('no');
  expect(await thread.run('insert', ['a'], () => undefined)).toBe(1);
  const two = ['b', 'c'].map((text) => thread.run('insert', [text], here('not asked')));
  expect(await Promise.all(two)).toEqual([2, 3]);
  const done = flag();
  const busy = thread.run('insertAndWait', ['d', done.value]);
  await turn();
  const behind = thread.run('insert', ['e'], here('not asked'));
  await turn();
  done.set();
  expect(await Promise.all([busy, behind])).toEqual([4, 5]);
});

test('a write more than may wait for the thread is refused, and the others are done', async () => {
  const thread = start(undefined, { maxQueue: 2 });
  const calls = ['a', 'b', 'c'].map((text) => thread.run('insert', [text]));
  await expect(calls[2]).rejects.toMatchObject({ kind: { type: 'urn:liteset:problem:write-queue-full' } });
  await Promise.all(calls.slice(0, 2));
  expect(rows()).toEqual(['a', 'b']);
});

test('an error of SQLite in the thread arrives with its code, and the next write works', async () => {
  const thread = start();
  await thread.run('insert', ['a']);
  db.exec('DROP TABLE row');
  await expect(thread.run('insert', ['b'])).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
  db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)');
  await thread.run('insert', ['c']);
  expect(rows()).toEqual(['c']);
});

test('the thread closes its connection when it is told so, and opens another for the next write', async () => {
  const thread = start();
  expect(await thread.run('opened', [])).toBe(1);
  thread.reopen();
  expect(await thread.run('opened', [])).toBe(2);
});

test('the thread ends when it has done the writes that it was given', async () => {
  const thread = start({ maxGroup: 1, maxMs: 1_000 });
  const calls = ['a', 'b', 'c'].map((text) => thread.run('insert', [text]));
  await turn();
  await thread.close();
  await Promise.all(calls);
  expect(rows()).toEqual(['a', 'b', 'c']);
});
