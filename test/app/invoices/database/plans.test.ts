import { catalogSql } from '../../../../app/invoices/model/catalog.ts';
import { idempotencySql } from '../../../../app/invoices/model/idempotency.ts';
import { invoiceSql } from '../../../../app/invoices/model/invoice.ts';
import { countStatement, listStatement } from '../../../../app/invoices/model/list.ts';
import { type Sort, sorts } from '../../../../app/invoices/model/sorts.ts';
import { newDatabase } from '../rig/service.ts';

const database = newDatabase(2_000);
database.connection.exec('ANALYZE');

function plan(sql: string): string[] {
  const marks = Array(sql.split('?').length - 1).fill(1);
  const names = [...sql.matchAll(/@(\w+)/g)].map(([, name = '']) => [name, 1]);
  const values = names.length > 0 ? [Object.fromEntries(names)] : marks;
  const rows = database.connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
  return (rows as { detail: string }[]).map(({ detail }) => detail);
}

/** Statements that have to look at every row, and why that is right. */
const scans = {
  customers: 'a text is looked for inside others; customers are few beside invoices',
  tracks: 'the same; the search ends at the limit',
};

const single = Object.entries({ ...catalogSql, ...invoiceSql, ...idempotencySql }).filter(([name]) => !(name in scans));

test.each(single)('the statement %s reads no table from end to end', (_name, sql) => {
  expect(plan(sql).filter((step) => /^SCAN (?!CONSTANT)/.test(step))).toEqual([]);
});

const filters = [{}, { customerId: 1 }, { from: '2024-01-01', to: '2024-02-01' }, { q: '7' }, { q: 'text' }];
const cursors = (Object.keys(sorts) as Sort[]).map((sort) => ({ sort, direction: 'after', value: 1, id: 9 }) as const);
const counts = filters.map((filter) => countStatement(filter).text);
const lists = cursors.flatMap((cursor) => filters.map((filter) => listStatement(filter, cursor.sort, cursor).text));

test('no value decides on a plan: SQLite would prepare the statement anew for each (decision 8)', () => {
  const texts = [...Object.values({ ...catalogSql, ...invoiceSql, ...idempotencySql }), ...counts, ...lists];
  const queries = texts.filter((text) => !text.startsWith('INSERT'));
  expect(queries.filter((text) => /[^+][?@]/.test(text))).toEqual([]);
});

describe.each(Object.keys(sorts) as Sort[])('in the order %s', (sort) => {
  const { column, type } = sorts[sort];
  const cursor = { sort, direction: 'after', value: type === 'string' ? '2023' : 5, id: 9 } as const;

  test('a page is read along an index, and nothing is sorted', () => {
    const first = plan(listStatement({}, sort, undefined).text);
    const along = column === 'InvoiceId' ? /^SCAN i$/ : /^SCAN i USING INDEX liteset_Invoice/;
    expect(first[0]).toMatch(along);
    for (const step of [...first, ...plan(listStatement({}, sort, cursor).text)])
      expect(step).not.toContain('TEMP B-TREE');
  });

  test('a page after a cursor starts there', () => {
    expect(plan(listStatement({}, sort, cursor).text).join()).toMatch(/SEARCH i USING/);
  });
});

test('a customer’s invoices are found through the index', () => {
  expect(plan(listStatement({ customerId: 1 }, '-date', undefined).text).join()).toContain('IFK_InvoiceCustomerId');
});

test('the count of a page stops at its limit, and goes along an index where there is a filter', () => {
  expect(plan(countStatement({}).text).join()).toMatch(/SCAN i USING COVERING INDEX/);
  expect(plan(countStatement({ customerId: 1 }).text).join()).toMatch(
    /SEARCH i USING (COVERING )?INDEX IFK_InvoiceCustomerId/,
  );
  expect(plan(countStatement({ from: '2024-01-01' }).text).join()).toMatch(
    /SEARCH i USING (COVERING )?INDEX liteset_InvoiceDate/,
  );
  expect(plan(countStatement({ q: '7' }).text).join()).toMatch(/SEARCH i USING INTEGER PRIMARY KEY/);
});

test('a text is looked for among the customers once, and their invoices along an index', () => {
  const steps = plan(listStatement({ q: 'text' }, '-date', undefined).text);
  expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual(['SCAN Customer']);
  expect(steps.join()).toContain('SEARCH i USING INDEX IFK_InvoiceCustomerId');
});

test('no index is kept on what requests write that no statement uses: each insert pays for it', () => {
  const used = [...Object.values({ ...invoiceSql, ...idempotencySql }), ...lists].flatMap(plan).join();
  const indexes = database.connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (?, ?, ?)")
    .pluck()
    .all('Invoice', 'InvoiceLine', 'liteset_Idempotency') as string[];
  expect(indexes).not.toHaveLength(0);
  expect(indexes.filter((name) => !used.includes(name))).toEqual([]);
});
