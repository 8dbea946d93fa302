import type { Database } from '../database/database.ts';
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts';
import { endOf, startOf } from './dates.ts';
import { type SummaryRow, summary } from './rows.ts';
import type { InvoiceList, InvoiceQuery } from './schemas.ts';
import { pattern } from './search.ts';
import { type Sort, type SortOrder, sorts } from './sorts.ts';

/** Past this many, invoices are not counted one by one for a page. */
export const COUNT_LIMIT = 10_000;

const SUMMARIES = `SELECT i.InvoiceId, i.InvoiceDate, i.CustomerId, c.FirstName, c.LastName, i.BillingCity,
  i.BillingCountry, i.Total FROM Invoice AS i LEFT JOIN Customer AS c USING (CustomerId)`;

/** A page of more invoices than this is a long read. */
const QUICK_LIMIT = 100;

type Filter = Pick<InvoiceQuery, 'customerId' | 'from' | 'to' | 'q'>;
interface Count {
  count: number;
}
interface Sql {
  text: string;
  values: (string | number)[];
}

/** One page of the invoices that match. Throws the problem `bad-cursor`. */
export function listInvoices(database: Database, query: InvoiceQuery): InvoiceList {
  const { cursor, text, values } = statementOf(query);
  return pageOf(
    query,
    cursor,
    database.read(() => database.statement<SummaryRow>(text).all(...values)),
  );
}

/** The same beside other reads. */
export async function listInvoicesAside(database: Database, query: InvoiceQuery): Promise<InvoiceList> {
  const { cursor, text, values } = statementOf(query);
  return pageOf(query, cursor, await database.readAside<SummaryRow>(text, values));
}

/**
 * Whether a page may take long: it is large, or it looks for what may be in the last row of a million: a text, or days in an order that is
 * not theirs.
 */
export const mayTakeLong = ({ limit, q, from, to, sort }: InvoiceQuery): boolean =>
  limit > QUICK_LIMIT || Boolean(q) || (Boolean(from ?? to) && sorts[sort].column !== 'InvoiceDate');

function statementOf(query: InvoiceQuery): Sql & { cursor: Cursor | undefined } {
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, query.sort);
  const { text, values } = listStatement(query, query.sort, cursor);
  return { cursor, text, values: [...values, query.limit + 1] };
}

function pageOf({ limit, sort }: InvoiceQuery, cursor: Cursor | undefined, found: SummaryRow[]): InvoiceList {
  const more = found.length > limit;
  const rows = found.slice(0, limit);
  const backwards = cursor?.direction === 'before';
  if (backwards) rows.reverse();
  const first = rows[0];
  const last = rows.at(-1);
  const at = (row: SummaryRow | undefined, direction: Cursor['direction']): string | null =>
    row === undefined ? null : encodeCursor({ sort, direction, value: row[sorts[sort].column], id: row.InvoiceId });
  return {
    items: rows.map(summary),
    nextCursor: more || backwards ? at(last, 'after') : null,
    previousCursor: (backwards ? more : cursor !== undefined) ? at(first, 'before') : null,
  };
}

/** How many invoices match, up to one more than COUNT_LIMIT. */
export function countInvoices(database: Database, filter: Filter): number {
  const { text, values } = countStatement(filter);
  return database.read(() => database.statement<Count>(text).get(...values))?.count ?? 0;
}

/** The same beside other reads. */
export async function countInvoicesAside(database: Database, filter: Filter): Promise<number> {
  const { text, values } = countStatement(filter);
  const [row] = await database.readAside<Count>(text, values);
  return row?.count ?? 0;
}

/** The statement that counts what matches. */
export function countStatement(filter: Filter): Sql {
  const { text, values } = where(filter);
  return { text: `SELECT count(*) AS count FROM (SELECT 1 FROM Invoice AS i${text} LIMIT ${COUNT_LIMIT + 1})`, values };
}

/**
 * The statement of one page. It continues by the keys of the last row (never by OFFSET), so that page 10,000 costs as
 * much as page 1 and no row is shown twice or skipped when others come and go.
 */
export function listStatement(filter: Filter, sort: Sort, cursor: Cursor | undefined): Sql {
  const { column, descending }: SortOrder = sorts[sort];
  const down = descending !== (cursor?.direction === 'before');
  const { text, values } = where(filter, cursor && seek(column, down, cursor));
  const way = down ? 'DESC' : 'ASC';
  const order = column === 'InvoiceId' ? `i.InvoiceId ${way}` : `i.${column} ${way}, i.InvoiceId ${way}`;
  return { text: `${SUMMARIES}${text} ORDER BY ${order} LIMIT +?`, values };
}

function seek(column: SortOrder['column'], down: boolean, { value, id }: Cursor): Sql {
  const sign = down ? '<' : '>';
  if (column === 'InvoiceId') return { text: `i.InvoiceId ${sign} +?`, values: [id] };
  return { text: `(i.${column}, i.InvoiceId) ${sign} (+?, +?)`, values: [value, id] };
}

function where({ customerId, from, to, q }: Filter, position?: Sql): Sql {
  const parts: Sql[] = [];
  if (customerId !== undefined) parts.push({ text: 'i.CustomerId = +?', values: [customerId] });
  if (from !== undefined) parts.push({ text: 'i.InvoiceDate >= +?', values: [startOf(from)] });
  if (to !== undefined) parts.push({ text: 'i.InvoiceDate <= +?', values: [endOf(to)] });
  if (q !== undefined && q !== '') parts.push(search(q));
  if (position) parts.push(position);
  const text = parts.map((part) => part.text).join(' AND ');
  return { text: text && ` WHERE ${text}`, values: parts.flatMap((part) => part.values) };
}

/** A number finds the invoice of that number; any other text the invoices of the customers whose data hold it. */
function search(q: string): Sql {
  const number = /^#?\s*([1-9]\d{0,14})$/.exec(q)?.[1];
  if (number !== undefined) return { text: 'i.InvoiceId = +?', values: [Number(number)] };
  return {
    text: `i.CustomerId IN (SELECT CustomerId FROM Customer WHERE ${CUSTOMER_TEXT} GLOB +?)`,
    values: [pattern(q)],
  };
}

/** Everything of a customer that a search looks at, in one text. */
export const CUSTOMER_TEXT = "concat_ws(char(10), FirstName || ' ' || LastName, Company, Email, City, Country)";
