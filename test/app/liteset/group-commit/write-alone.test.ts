import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Group } from '../../../../app/liteset/group-commit/group.ts';
import { writeAlone } from '../../../../app/liteset/group-commit/write-alone.ts';

const directory = mkdtempSync(join(tmpdir(), 'liteset-alone-'));
const path = join(directory, 'test.db');
const TIMEOUT_MS = 60_000;
const [db, other] = [new Database(path, { timeout: TIMEOUT_MS }), new Database(path)];
db.pragma('journal_mode = WAL');
db.exec('CREATE TABLE row (text TEXT NOT NULL UNIQUE)');
afterEach(() => void db.exec('DELETE FROM row'));
afterAll(() => {
  db.close();
  other.close();
  rmSync(directory, { recursive: true });
});

const group = new Group({ maxGroup: 1, maxMs: TIMEOUT_MS });
const insert = (text: string) =>
  writeAlone(
    group,
    () => db,
    () => db.prepare('INSERT INTO row (text) VALUES (?)').run(text).changes,
  );
const rows = () => other.prepare('SELECT text FROM row').pluck().all();
const timeout = () => db.pragma('busy_timeout', { simple: true });

test('a lone write is committed, and one that fails leaves nothing', () => {
  expect(insert('a')).toEqual({ value: 1 });
  expect(insert('a')).toMatchObject({ error: { code: 'SQLITE_CONSTRAINT_UNIQUE' } });
  expect([rows(), db.inTransaction, timeout()]).toEqual([['a'], false, TIMEOUT_MS]);
});

test('a lone write does not wait for the lock of another connection, and has done nothing then', () => {
  other.exec('BEGIN IMMEDIATE');
  const began = performance.now();
  expect(insert('a')).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(TIMEOUT_MS / 2);
  other.exec('ROLLBACK');
  expect([rows(), db.inTransaction, timeout()]).toEqual([[], false, TIMEOUT_MS]);
});

test('a lone write without a connection says so', () => {
  const error = new Error('no file');
  const none = () => {
    throw error;
  };
  expect(writeAlone(group, none, () => 1)).toEqual({ error });
});
