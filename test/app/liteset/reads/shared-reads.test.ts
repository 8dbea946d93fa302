import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { SharedReads } from '../../../../app/liteset/reads/shared-reads.ts';

const directory = mkdtempSync(join(tmpdir(), 'liteset-reads-'));
const said: string[] = [];
const db = new Database(join(directory, 'test.db'), { verbose: (sql) => void said.push(String(sql)) });
const other = new Database(join(directory, 'test.db'));
/** As LiteFS's file has it: it changes with each transaction, and is right before anybody sees it. */
let version: string | undefined = '1';
const reads = new SharedReads(
  () => db,
  () => version,
  60_000,
);
beforeAll(() => {
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY)');
});
beforeEach(async () => {
  await turn();
  db.exec('DELETE FROM row');
  version = '1';
  said.length = 0;
});
afterAll(() => {
  db.close();
  other.close();
  rmSync(directory, { recursive: true });
});

const count = () => db.prepare('SELECT count(*) FROM row').pluck().get();
const write = () => {
  other.exec('INSERT INTO row DEFAULT VALUES');
  version = `${version}+`;
};
const transactions = () => said.filter((sql) => /^(BEGIN|COMMIT|SAVEPOINT)/.test(sql));

test('the reads of one turn share a transaction, which ends with the turn', async () => {
  for (let i = 0; i < 20; i++) reads.run(count);
  expect(transactions()).toEqual(['BEGIN DEFERRED']);
  await turn();
  expect([db.inTransaction, ...transactions()]).toEqual([false, 'BEGIN DEFERRED', 'COMMIT']);
  reads.run(count);
  expect(transactions()).toHaveLength(3);
});

test('a read does not join a transaction from before a change', () => {
  expect(reads.run(count)).toBe(0);
  write();
  expect(reads.run(count)).toBe(1);
});

test('a shared transaction that goes on after a change shows the old state', () => {
  const careless = new SharedReads(
    () => db,
    () => 'always the same',
    60_000,
  );
  expect(careless.run(count)).toBe(0);
  write();
  expect(careless.run(count)).toBe(0);
  careless.end();
});

test('a read sees one state from its beginning to its end', () => {
  const both = reads.run(() => {
    const before = reads.run(count);
    write();
    return [before, reads.run(count)];
  });
  expect(both).toEqual([0, 0]);
});

test('after the end for a write, a read of the same turn sees what was written', () => {
  reads.run(count);
  reads.end();
  db.exec('INSERT INTO row DEFAULT VALUES');
  expect(reads.run(count)).toBe(1);
});

test('within a transaction of the application a read is of it, and does not end it', () => {
  db.transaction(() => {
    db.exec('INSERT INTO row DEFAULT VALUES');
    expect(reads.run(count)).toBe(1);
    reads.end();
    expect(db.inTransaction).toBe(true);
  })();
});

test('a read that throws leaves the others of its transaction alone, unless SQLite complained', () => {
  const no = () => {
    throw new Error('no');
  };
  expect(() => reads.run(no)).toThrow('no');
  expect(db.inTransaction).toBe(true);
  expect(() => reads.run(() => db.prepare('SELECT * FROM absent'))).toThrow('no such table');
  expect(db.inTransaction).toBe(false);
});

test('no read shares a transaction for longer than the bound, though readers keep coming', () => {
  const bounded = new SharedReads(
    () => db,
    () => version,
    1,
  );
  bounded.run(count);
  for (const end = performance.now() + 2; performance.now() < end; );
  bounded.run(count);
  expect(transactions()).toEqual(['BEGIN DEFERRED', 'COMMIT', 'BEGIN DEFERRED']);
});

test('without LiteFS each read has a transaction of its own', () => {
  version = undefined;
  reads.run(count);
  reads.run(count);
  expect(transactions()).toEqual(['BEGIN DEFERRED', 'COMMIT', 'BEGIN DEFERRED', 'COMMIT']);
});
