import { Problem } from '../../liteset/problem/problem.ts';
import type { Database } from '../database/database.ts';
import { type FieldError, invalid, problems } from '../errors.ts';
import { findCustomer, findTrack } from './catalog.ts';
import { startOf, toColumn as toDate } from './dates.ts';
import { MAX_CENTS, parseMoney, toColumn as toMoney } from './money.ts';
import { type LineRow, line, type SummaryRow, summary } from './rows.ts';
import type { Customer, Invoice, NewInvoice, Track } from './schemas.ts';

interface BillingAddress extends Pick<SummaryRow, 'BillingCity' | 'BillingCountry'> {
  BillingAddress: string | null;
  BillingState: string | null;
  BillingPostalCode: string | null;
}

/** An invoice without its lines, as SQLite returns it. */
export type InvoiceRow = SummaryRow & BillingAddress;

/** The statements of this file. */
export const invoiceSql = {
  one: `SELECT i.InvoiceId, i.InvoiceDate, i.CustomerId, c.FirstName, c.LastName, i.BillingAddress, i.BillingCity,
    i.BillingState, i.BillingCountry, i.BillingPostalCode, i.Total
    FROM Invoice AS i LEFT JOIN Customer AS c USING (CustomerId) WHERE i.InvoiceId = +?`,
  lines: `SELECT l.InvoiceLineId, l.TrackId, t.Name AS Track, al.Title AS Album, ar.Name AS Artist, l.UnitPrice, l.Quantity
    FROM InvoiceLine AS l LEFT JOIN Track AS t USING (TrackId) LEFT JOIN Album AS al USING (AlbumId)
    LEFT JOIN Artist AS ar USING (ArtistId) WHERE l.InvoiceId = +? ORDER BY l.InvoiceLineId`,
  /** With a number above all that are there or were deleted: the migration `005-numbers.sql` says how they are kept. */
  insert: `INSERT INTO Invoice (InvoiceId, CustomerId, InvoiceDate, BillingAddress, BillingCity, BillingState,
    BillingCountry, BillingPostalCode, Total) VALUES (1 + max(ifnull((SELECT max(InvoiceId) FROM Invoice), 0),
    (SELECT Number FROM liteset_Highest WHERE Name = 'Invoice')), @CustomerId, @InvoiceDate, @BillingAddress,
    @BillingCity, @BillingState, @BillingCountry, @BillingPostalCode, @Total)`,
  insertLine: 'INSERT INTO InvoiceLine (InvoiceId, TrackId, UnitPrice, Quantity) VALUES (?, ?, ?, ?)',
  deleteLines: 'DELETE FROM InvoiceLine WHERE InvoiceId = +?',
  delete: 'DELETE FROM Invoice WHERE InvoiceId = +?',
} as const;

const unknownInvoice = (id: number): Problem => new Problem(problems.notFound, `There is no invoice ${id}.`);

/** An invoice with its customer and lines. Throws the problem `not-found`. */
export function getInvoice(database: Database, id: number): Invoice {
  return database.read(() => {
    const row = database.statement<InvoiceRow>(invoiceSql.one).get(id);
    if (row === undefined) throw unknownInvoice(id);
    const customer = findCustomer(database, row.CustomerId) ?? missingCustomer(row.CustomerId);
    return invoice(row, customer, database.statement<LineRow>(invoiceSql.lines).all(id));
  });
}

/** An invoice as clients get it, of the rows that it consists of. */
export const invoice = (row: InvoiceRow, customer: Customer, lines: LineRow[]): Invoice => ({
  ...summary(row),
  billingAddress: row.BillingAddress,
  billingState: row.BillingState,
  billingPostalCode: row.BillingPostalCode,
  customer,
  lines: lines.map(line),
});

/**
 * Writes an invoice and its lines in one transaction and returns it. The total is the exact sum of the lines. Throws
 * the problem `invalid-body` naming each field whose customer or track does not exist, or if the total is too large.
 */
export function createInvoice(database: Database, input: NewInvoice): Invoice {
  return database.write(() => {
    const customer = findCustomer(database, input.customerId);
    const { lines, errors } = priceLines(database, input.lines);
    if (!customer) errors.unshift({ field: 'customerId', message: `there is no customer ${input.customerId}` });
    const total = lines.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
    if (total > MAX_CENTS) errors.push({ field: 'lines', message: 'the total is more than 99999999.99' });
    if (!customer || errors.length > 0) throw invalid(problems.invalidBody, errors);

    const row = {
      CustomerId: customer.customerId,
      InvoiceDate: input.invoiceDate === undefined ? toDate(new Date()) : startOf(input.invoiceDate),
      ...billingAddress(input, customer),
      Total: toMoney(total),
    };
    const InvoiceId = Number(database.statement(invoiceSql.insert).run(row).lastInsertRowid);
    const written = lines.map((one) => writeLine(database, InvoiceId, one));
    const { firstName: FirstName, lastName: LastName } = customer;
    return invoice({ ...row, InvoiceId, FirstName, LastName }, customer, written);
  });
}

/** Writes a line, and returns it as `invoiceSql.lines` would find it. */
function writeLine(database: Database, invoiceId: number, { track, cents, quantity }: PricedLine): LineRow {
  const price = toMoney(cents);
  const { lastInsertRowid } = database.statement(invoiceSql.insertLine).run(invoiceId, track.trackId, price, quantity);
  return {
    ...{ InvoiceLineId: Number(lastInsertRowid), TrackId: track.trackId, Track: track.name, Album: track.album },
    ...{ Artist: track.artist, UnitPrice: price, Quantity: quantity },
  };
}

/** Deletes an invoice and its lines. Throws the problem `not-found`. */
export function deleteInvoice(database: Database, id: number): void {
  database.write(() => {
    database.statement(invoiceSql.deleteLines).run(id);
    if (database.statement(invoiceSql.delete).run(id).changes === 0) throw unknownInvoice(id);
  });
}

interface PricedLine {
  track: Track;
  quantity: number;
  cents: number;
}

function priceLines(database: Database, input: NewInvoice['lines']): { lines: PricedLine[]; errors: FieldError[] } {
  const lines: PricedLine[] = [];
  const errors: FieldError[] = [];
  for (const [index, { trackId, quantity, unitPrice }] of input.entries()) {
    const track = findTrack(database, trackId);
    const cents = parseMoney(unitPrice ?? track?.unitPrice ?? '0') ?? 0;
    if (track) lines.push({ track, quantity, cents });
    else errors.push({ field: `lines[${index}].trackId`, message: `there is no track ${trackId}` });
  }
  return { lines, errors };
}

/** All of the customer's address, or all of the request's: never a street of one in the city of the other. */
function billingAddress(input: NewInvoice, customer: Customer): BillingAddress {
  const given = {
    BillingAddress: input.billingAddress || null,
    BillingCity: input.billingCity || null,
    BillingState: input.billingState || null,
    BillingCountry: input.billingCountry || null,
    BillingPostalCode: input.billingPostalCode || null,
  };
  if (Object.values(given).some((part) => part !== null)) return given;
  return {
    BillingAddress: customer.address,
    BillingCity: customer.city,
    BillingState: customer.state,
    BillingCountry: customer.country,
    BillingPostalCode: customer.postalCode,
  };
}

/** An imported database may have lost a customer; its invoices can still be read. */
const missingCustomer = (customerId: number): Customer => ({
  customerId,
  firstName: '',
  lastName: '',
  company: null,
  address: null,
  city: null,
  state: null,
  country: null,
  postalCode: null,
  email: '',
});
