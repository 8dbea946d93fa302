import { resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { ThreadData } from '../../../../app/invoices/writes/thread.ts';
import { Writer } from '../../../../app/invoices/writes/writer.ts';
import { WriterThread } from '../../../../app/liteset/group-commit/writer-thread.ts';
import { newDatabase } from '../rig/service.ts';

/** Lines that a new invoice has. */
const lines = [{ trackId: 1, quantity: 2 }];
const database = newDatabase(5);
const data: ThreadData = { path: database.path, onLitefs: false, limits: { maxGroup: 64, maxMs: 20 } };
const thread = new WriterThread({ program: resolve('app/invoices/writes/thread.ts'), data });
afterAll(() => thread.close());

/** Whether the connection of this thread has written since it was last asked: SQLite counts the changes of each. */
function wroteHere(): boolean {
  const before = changes;
  changes = Number(database.connection.prepare('SELECT total_changes()').pluck().get());
  return changes > before;
}
let changes = 0;
beforeEach(() => void wroteHere());

test.each([true, false])('a write ends the same way here and in the thread (lone: %s)', async (lone) => {
  const writer = new Writer(database, { thread, alone: (work) => (lone ? work() : undefined) });
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
  const writer = new Writer(database, { thread, alone: (work) => work() });
  const other = new BetterSqlite3(database.path);
  other.exec('BEGIN IMMEDIATE');
  const created = writer.createInvoice(undefined, { customerId: 1, lines });
  // The event loop goes on meanwhile.
  while (thread.busyMs === 0) await new Promise(setImmediate);
  other.exec('ROLLBACK');
  other.close();
  expect([JSON.parse((await created).json), wroteHere()]).toMatchObject([{ lines }, false]);
});
