import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { GroupCommit } from '../../../../app/liteset/group-commit/group-commit.ts';

const directory = mkdtempSync(join(tmpdir(), 'liteset-group-'));
const db = new Database(join(directory, 'test.db'));
const other = new Database(join(directory, 'test.db'));
beforeAll(() => {
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = ON');
  db.exec(
    `CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, of INTEGER REFERENCES row DEFERRABLE INITIALLY DEFERRED)`,
  );
});
beforeEach(() => void db.exec('DELETE FROM row'));
afterAll(() => {
  db.close();
  other.close();
  rmSync(directory, { recursive: true });
});

const insert = (text: string) => db.prepare('INSERT INTO row (text) VALUES (?)').run(text).lastInsertRowid;
const committed = () => other.prepare('SELECT text FROM row ORDER BY id').pluck().all();
const told = (results: PromiseSettledResult<unknown>[]) =>
  results.map((result) =>
    result.status === 'fulfilled' ? result.value : (result.reason.code ?? result.reason.message),
  );

test('writes of one moment are committed together, and answered when another connection sees them', async () => {
  const group = new GroupCommit(() => db);
  const during: unknown[] = [];
  const after: unknown[] = [];
  const write = async (text: string) => {
    await group.run(() => {
      during.push(committed().length);
      insert(text);
    });
    after.push(committed().length);
  };
  await Promise.all(['a', 'b', 'c'].map(write));
  expect({ during, after }).toEqual({ during: [0, 0, 0], after: [3, 3, 3] });
});

test('a group ends after so many writes, or after so much work', async () => {
  const run = async (group: GroupCommit, work: () => void) => {
    const during: number[] = [];
    db.exec('DELETE FROM row');
    const write = (text: string) =>
      group.run(() => {
        during.push(committed().length);
        insert(text);
        work();
      });
    await Promise.all(['a', 'b', 'c', 'd'].map(write));
    return during;
  };
  const busy = () => {
    for (const end = performance.now() + 3; performance.now() < end; );
  };
  expect(await run(new GroupCommit(() => db, { maxGroup: 3 }), () => {})).toEqual([0, 0, 0, 3]);
  expect(await run(new GroupCommit(() => db, { maxMs: 1 }), busy)).toEqual([0, 1, 2, 3]);
});

test('a write that throws is undone alone and gets its own error', async () => {
  const group = new GroupCommit(() => db);
  const texts = ['a', 'b', 'a', 'c'];
  const results = await Promise.allSettled([
    ...texts.map((text) => group.run(() => insert(text) && text)),
    group.run(() => {
      insert('d');
      throw new Error('no');
    }),
    group.run(async () => {}),
  ]);
  expect(told(results)).toEqual(['a', 'b', 'SQLITE_CONSTRAINT_UNIQUE', 'c', 'no', expect.stringContaining('promise')]);
  expect(committed()).toEqual(['a', 'b', 'c']);
});

test('when a reference that is checked at the commit leads nowhere, the write that has it fails alone', async () => {
  const group = new GroupCommit(() => db);
  const orphan = () => db.prepare("INSERT INTO row (text, of) VALUES ('orphan', 99)").run().changes;
  const results = await Promise.allSettled([
    group.run(() => insert('a')),
    group.run(() => insert('a')),
    group.run(orphan),
    group.run(() => insert('b') && 'b'),
  ]);
  expect(told(results)).toEqual([1, 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_FOREIGNKEY', 'b']);
  expect(committed()).toEqual(['a', 'b']);
});

test('a trigger that undoes the whole transaction fails the write that it is about, and no other', async () => {
  db.exec("CREATE TRIGGER no AFTER INSERT ON row WHEN NEW.text = 'no' BEGIN SELECT RAISE(ROLLBACK, 'no!'); END");
  const group = new GroupCommit(() => db);
  try {
    const results = await Promise.allSettled(
      ['a', 'b', 'no', 'c'].map((text) => group.run(() => insert(text) && text)),
    );
    expect(told(results)).toEqual(['a', 'b', 'SQLITE_CONSTRAINT_TRIGGER', 'c']);
  } finally {
    db.exec('DROP TRIGGER no');
  }
  expect(committed()).toEqual(['a', 'b', 'c']);
});

test('when SQLite gives up the transaction in the middle, what was begun is told, and the rest is run once', async () => {
  const pages = Number(db.pragma('page_count', { simple: true }));
  const group = new GroupCommit(() => db);
  const runs: string[] = [];
  const write = (text: string, work: () => unknown) =>
    group.run(() => {
      runs.push(text);
      return work();
    });
  db.pragma(`max_page_count = ${pages + 2}`);
  const full = () => insert('x'.repeat(100_000));
  try {
    const results = await Promise.allSettled([
      write('a', () => insert('a')),
      write('full', full),
      write('b', () => insert('b') && 'b'),
    ]);
    expect(told(results)).toEqual(['SQLITE_FULL', 'SQLITE_FULL', 'b']);
  } finally {
    db.pragma('max_page_count = 1000000');
  }
  expect({ runs, committed: committed() }).toEqual({ runs: ['a', 'full', 'b'], committed: ['b'] });
});

test.each(['ROLLBACK', 'COMMIT'])('a write that says %s itself fails its group', async (statement) => {
  const group = new GroupCommit(() => db);
  const results = await Promise.allSettled([group.run(() => insert('a')), group.run(() => db.exec(statement) && 1)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(db.inTransaction).toBe(false);
  await group.run(() => insert('b'));
  expect(committed()).toContain('b');
});

test('while another connection writes, the writes of a group are told so and none was run', async () => {
  const impatient = new Database(join(directory, 'test.db'), { timeout: 10 });
  const group = new GroupCommit(() => impatient);
  const runs: number[] = [];
  other.exec('BEGIN IMMEDIATE');
  try {
    const results = await Promise.allSettled([1, 2].map((n) => group.run(() => runs.push(n))));
    expect({ runs, told: told(results) }).toEqual({ runs: [], told: ['SQLITE_BUSY', 'SQLITE_BUSY'] });
  } finally {
    other.exec('ROLLBACK');
    impatient.close();
  }
});

test('a write more than may wait for a group is refused at once, with the advice to come back', async () => {
  const group = new GroupCommit(() => db, { maxQueue: 2 });
  const results = await Promise.allSettled(['a', 'b', 'c'].map((text) => group.run(() => insert(text) && text)));
  expect(told(results).slice(0, 2)).toEqual(['a', 'b']);
  expect(results[2]).toMatchObject({
    reason: { kind: { type: 'urn:liteset:problem:write-queue-full', status: 503 }, headers: { 'Retry-After': '1' } },
  });
  expect(committed()).toEqual(['a', 'b']);
});

test.each([
  ['it stays the same', 'the same', 'the same', 1, true],
  ['it is not told any more', 'before', undefined, 1, true],
  ['it changes', 'before', 'after', 1, false],
  ['it never was told', undefined, undefined, 1, false],
  ['it stays the same, and nothing was changed', 'the same', 'the same', 0, false],
])('what LiteFS has not taken is not told to be done: if %s', async (_text, before, after, changes, isUnknown) => {
  const versions = [before, after];
  const group = new GroupCommit(() => db, { version: () => versions.shift() });
  const outcome = await group
    .run(() => changes > 0 && insert('a'))
    .then(
      () => 'done',
      (error) => error.kind?.type,
    );
  expect(outcome).toBe(isUnknown ? 'urn:liteset:problem:not-replicated' : 'done');
});
