import { searchCustomers } from '../../../../app/invoices/model/catalog.ts';
import { encodeCursor } from '../../../../app/invoices/model/cursor.ts';
import { createInvoice, deleteInvoice } from '../../../../app/invoices/model/invoice.ts';
import { listInvoices } from '../../../../app/invoices/model/list.ts';
import { fromColumn } from '../../../../app/invoices/model/money.ts';
import { InvoiceQuery, type InvoiceSummary } from '../../../../app/invoices/model/schemas.ts';
import { type Sort, sorts } from '../../../../app/invoices/model/sorts.ts';
import { newDatabase } from '../rig/service.ts';

const INVOICES = 412;
const database = newDatabase(INVOICES);

function page(parameters: Record<string, string>) {
  return listInvoices(database, InvoiceQuery.parse(parameters));
}

function walk(parameters: Record<string, string>): InvoiceSummary[] {
  const items: InvoiceSummary[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const list = page(cursor ? { ...parameters, cursor } : parameters);
    items.push(...list.items);
    cursor = list.nextCursor;
  }
  return items;
}

describe.each(Object.keys(sorts) as Sort[])('in the order %s', (sort) => {
  test.each(['1', '7', '200'])('pages of %s walk over every invoice exactly once', (limit) => {
    const ids = walk({ sort, limit }).map(({ invoiceId }) => invoiceId);
    expect(ids).toHaveLength(INVOICES);
    expect(new Set(ids).size).toBe(INVOICES);
  });

  test('the rows are in order', () => {
    const { column, descending } = sorts[sort];
    const key = (item: InvoiceSummary): string | number =>
      ({ InvoiceDate: item.invoiceDate, Total: Number(item.total), InvoiceId: item.invoiceId })[column];
    const keys = walk({ sort, limit: '50' }).map(key);
    const sorted = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect(keys).toEqual(descending ? sorted.reverse() : sorted);
  });

  test('going back shows the pages that were shown before', () => {
    const first = page({ sort, limit: '10' });
    const second = page({ sort, limit: '10', cursor: String(first.nextCursor) });
    const third = page({ sort, limit: '10', cursor: String(second.nextCursor) });
    expect(first.previousCursor).toBeNull();
    const back = page({ sort, limit: '10', cursor: String(third.previousCursor) });
    expect(back.items).toEqual(second.items);
    const begin = page({ sort, limit: '10', cursor: String(back.previousCursor) });
    expect(begin.items).toEqual(first.items);
    expect(begin.previousCursor).toBeNull();
  });
});

test('an invoice that is written or deleted while somebody pages shifts no other', () => {
  const expected = walk({ sort: '-number', limit: '10' }).map(({ invoiceId }) => invoiceId);
  const first = page({ sort: '-number', limit: '10' });
  const added = createInvoice(database, { customerId: 1, lines: [{ trackId: 1, quantity: 1 }] });
  const second = page({ sort: '-number', limit: '10', cursor: String(first.nextCursor) });
  deleteInvoice(database, added.invoiceId);
  expect(second.items.map(({ invoiceId }) => invoiceId)).toEqual(expected.slice(10, 20));
});

test('a search finds what the customer data hold, in any case of letters, and nothing else', () => {
  const found = walk({ q: 'LISBON' });
  const all = walk({}).filter(({ billingCity }) => billingCity === 'Lisbon');
  expect(found).toEqual(all);
  expect(found.length).toBeGreaterThan(0);
});

test.each([
  ['Conceição', ['ÇÃO', 'çã', 'CONCEIÇÃO']],
  ['Ærøskøbing', ['ÆRØ', 'SKØB']],
  ['Волгоград', ['волгоград', 'ВОЛГОГРАД']],
  ['Αθήνα', ['ΑΘΉΝΑ', 'αθήνα']],
  ['Straße [3]*', ['STRAß', 'straße [3]', '[3]*']],
])('%s is found in any case of its letters', (city, searches) => {
  const move = database.connection.prepare('UPDATE Customer SET City = ? WHERE CustomerId = 7');
  move.run(city);
  const invoices = walk({ customerId: '7' });
  for (const q of searches) {
    expect(walk({ q })).toEqual(invoices);
    expect(searchCustomers(database, { q, limit: 9 }).map(({ customerId }) => customerId)).toEqual([7]);
  }
  move.run('Madison');
});

test.each(['*', '?', '[', ']', '[a-z]', '[^x]', '^', '-', '%', '_', '\\', "' OR 1=1 --", '"; DROP TABLE Invoice; --'])(
  '%p is searched for as it is',
  (q) => {
    expect(page({ q }).items).toEqual([]);
  },
);

test.each(['17', '#17'])('%p finds the invoice of that number', (q) => {
  expect(page({ q }).items.map(({ invoiceId }) => invoiceId)).toEqual([17]);
});

test('from and to include their days', () => {
  const all = walk({ sort: 'date' });
  const day = String(all[20]?.invoiceDate).slice(0, 10);
  expect(page({ from: day, to: day }).items.map((item) => item.invoiceDate)).toContain(`${day}T00:00:00Z`);
  expect(walk({ from: day }).length + walk({ to: day }).length).toBe(
    INVOICES + page({ from: day, to: day }).items.length,
  );
});

test('a customer’s invoices are that customer’s alone', () => {
  const items = walk({ customerId: '5', limit: '3' });
  expect(items.every(({ customerId }) => customerId === 5)).toBe(true);
  expect(items).toHaveLength(walk({}).filter(({ customerId }) => customerId === 5).length);
});

test.each([
  ['of another order', encodeCursor({ sort: 'date', direction: 'after', value: '2026', id: 1 })],
  ['with a value of the wrong type', encodeCursor({ sort: '-date', direction: 'after', value: 3, id: 1 })],
  ['that is cut short', encodeCursor({ sort: '-date', direction: 'after', value: '2026', id: 1 }).slice(0, -4)],
  ['that is no base64url', '{}'],
  ['that is far too long', 'A'.repeat(5_000)],
  ['that is empty', ''],
])('a cursor %s is refused', (_what, cursor) => {
  expect(() => page({ cursor })).toThrow(expect.objectContaining({ kind: expect.objectContaining({ status: 400 }) }));
});

test('totals in the list are those of the column, to the cent', () => {
  const stored = database.connection.prepare('SELECT Total FROM Invoice ORDER BY InvoiceId').pluck().all() as number[];
  const listed = walk({ sort: 'number' }).map(({ total }) => Math.round(Number(total) * 100));
  expect(listed).toEqual(stored.map(fromColumn));
});
