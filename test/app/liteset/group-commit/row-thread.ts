/** The program of the thread in `writer-thread.test.ts` and `sample-app.ts`: it writes rows into the database that it is given. */
import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite3 from 'better-sqlite3';
import { serveWrites } from '../../../../app/liteset/group-commit/serve-writes.ts';
import { Problem } from '../../../../app/liteset/problem/problem.ts';

const { path, limits } = workerData as { path: string; limits: { maxGroup: number; maxMs: number } };
let open: BetterSqlite3.Database | undefined;
let opened = 0;
const connection = () => {
  if (!open) opened++;
  open ??= new BetterSqlite3(path, { timeout: 5_000 });
  return open;
};
const writes: Record<string, (...values: unknown[]) => unknown> = {
  insert: (text) => connection().prepare('INSERT INTO row (text) VALUES (?)').run(text).lastInsertRowid,
  /** How many rows other connections see while this write is under way. */
  seen: () => {
    const other = new BetterSqlite3(path);
    const count = other.prepare('SELECT count(*) FROM row').pluck().get();
    other.close();
    return count;
  },
  insertAndFail: (text) => {
    writes['insert']?.(text);
    throw new Problem({ type: 'urn:test', status: 422, title: 'Refused' }, 'no', {
      extensions: { errors: [1] },
      headers: { 'Retry-After': '1' },
    });
  },
  opened: () => opened,
  /** Inserts a row, and goes on when the flag is set: the group is under way for so long. */
  insertAndWait: (text, flag) => {
    const id = writes['insert']?.(text);
    Atomics.wait(flag as Int32Array, 0, 0);
    return id;
  },
};
serveWrites(parentPort, limits, {
  connection,
  write: (name, values) => writes[name]?.(...values),
  close: () => {
    open?.close();
    open = undefined;
  },
});
