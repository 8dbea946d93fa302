import { resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { ThreadData } from '../../../../app/invoices/writes/thread.ts';
import { Writer } from '../../../../app/invoices/writes/writer.ts';
import { writesOn } from '../../../../app/invoices/writes/writes.ts';
import { Committer } from '../../../../app/liteset/group-commit/committer.ts';
import { newDatabase } from '../rig/service.ts';

/** Lines that a new invoice has. */
const lines = [{ trackId: 1, quantity: 2 }];
const database = newDatabase(5);
const data: ThreadData = { path: database.path, onLitefs: false, limits: { maxGroup: 64, maxMs: 20 } };
const thread = { program: resolve('app/invoices/writes/thread.ts'), data };
/** With a thread, and in this process when the test says that nobody is beside a write. */
const committerOf = (isLone: boolean) =>
  new Committer(
    { thread, here: writesOn(database) },
    { arrivals: { ifIdle: (work) => (isLone ? work() : undefined) }, version: () => undefined },
  );
let committer: Committer;
afterEach(() => committer.close());

/** Whether the connection of this thread has written since it was last asked: SQLite counts the changes of each. */
function wroteHere(): boolean {
  const before = changes;
  changes = Number(database.connection.prepare('SELECT total_changes()').pluck().get());
  return changes > before;
}
let changes = 0;
beforeEach(() => void wroteHere());

test.each([true, false])('a write ends the same way here and in the thread (lone: %s)', async (lone) => {
  committer = committerOf(lone);
  const writer = new Writer(committer);
  const key = `key-${lone}`;
  const created = await writer.createInvoice(key, { customerId: 1, lines });
  expect([JSON.parse(created.json), wroteHere()]).toMatchObject([{ total: '1.98', lines }, lone]);
  expect(await writer.createInvoice(key, { customerId: 1, lines })).toEqual({ ...created, replayed: true });
  await expect(writer.createInvoice(undefined, { customerId: 99_999, lines })).rejects.toMatchObject({
    kind: { type: 'urn:liteset:problem:invalid-body' },
    extensions: { errors: [{ field: 'customerId' }] },
  });
  await writer.deleteInvoice(created.invoiceId);
  await expect(writer.deleteInvoice(created.invoiceId)).rejects.toMatchObject({
    kind: { type: 'urn:liteset:problem:not-found' },
  });
});

test('a lone write that another process keeps from the lock waits for it in the thread', async () => {
  committer = committerOf(true);
  const writer = new Writer(committer);
  const other = new BetterSqlite3(database.path);
  other.exec('BEGIN IMMEDIATE');
  const created = writer.createInvoice(undefined, { customerId: 1, lines });
  // The event loop goes on meanwhile.
  while (committer.busyMs === 0) await new Promise(setImmediate);
  other.exec('ROLLBACK');
  other.close();
  expect([JSON.parse((await created).json), wroteHere()]).toMatchObject([{ lines }, false]);
});
