import { createHash } from 'node:crypto';
import type { Database } from '../../../../app/invoices/database/database.ts';
import { fill } from '../../../../app/invoices/sample/fill.ts';
import { newDatabase, rowCounts } from '../rig/service.ts';

const tables = ['Artist', 'Album', 'Genre', 'MediaType', 'Track', 'Employee', 'Customer', 'Invoice', 'InvoiceLine'];

function digest({ connection }: Database): string {
  const hash = createHash('sha256');
  for (const table of tables) hash.update(JSON.stringify(connection.prepare(`SELECT * FROM ${table}`).raw().all()));
  return hash.digest('hex');
}

function filled(invoices: number, seed: number): Database {
  const database = newDatabase();
  fill(database, { invoices, seed });
  return database;
}

test('the same seed gives the same data, another seed others', () => {
  const [first, second, third] = [filled(60, 1), filled(60, 1), filled(60, 2)].map(digest);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('the data are sound: references hold, totals are the sum of the lines, each text fits its column', () => {
  const database = newDatabase(412);
  const { connection } = database;
  expect(connection.pragma('foreign_key_check')).toEqual([]);
  const wrong = `SELECT InvoiceId FROM Invoice AS i WHERE round(Total * 100) <>
    (SELECT sum(round(UnitPrice * 100) * Quantity) FROM InvoiceLine AS l WHERE l.InvoiceId = i.InvoiceId)`;
  expect(connection.prepare(wrong).all()).toEqual([]);
  expect(rowCounts(database)).toMatchObject({ Invoice: 412, Customer: 59, Track: 3_000 });
  for (const table of tables) {
    for (const { name, type } of connection.pragma(`table_info(${table})`) as { name: string; type: string }[]) {
      const length = /^NVARCHAR\((\d+)\)$/.exec(type)?.[1];
      if (length === undefined) continue;
      const longest = connection.prepare(`SELECT max(length(${name})) FROM ${table}`).pluck().get();
      expect([table, name, Number(longest) <= Number(length)]).toEqual([table, name, true]);
    }
  }
});
