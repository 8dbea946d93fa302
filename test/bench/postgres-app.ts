/**
 * The invoice service's logic on PostgreSQL, for the benchmark: the same requests are checked in the same way, the same
 * rows are read and written by the same statements in the same order, and the answers are the same.
 */
import express from 'express';
import helmet from 'helmet';
import pg from 'pg';
import { pino } from 'pino';
import { invalid, problems } from '../../app/invoices/errors.ts';
import { requestLog } from '../../app/invoices/http/request-log.ts';
import { validate } from '../../app/invoices/http/validate.ts';
import { catalogSql } from '../../app/invoices/model/catalog.ts';
import { toColumn as toDate } from '../../app/invoices/model/dates.ts';
import { type InvoiceRow, invoice, invoiceSql } from '../../app/invoices/model/invoice.ts';
import { listStatement } from '../../app/invoices/model/list.ts';
import { toColumn as toMoney } from '../../app/invoices/model/money.ts';
import {
  type CustomerRow,
  customer,
  type LineRow,
  type SummaryRow,
  summary,
  type TrackRow,
} from '../../app/invoices/model/rows.ts';
import { type Invoice, InvoiceQuery, NewInvoice } from '../../app/invoices/model/schemas.ts';

/** As many connections as PostgreSQL serves well on few cores. */
const pool = new pg.Pool({ max: 20 });
// Amounts as numbers, as SQLite has them.
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

type Queryable = Pick<pg.PoolClient, 'query'>;
const NAMES = [
  'InvoiceId',
  'InvoiceDate',
  'CustomerId',
  'FirstName',
  'LastName',
  'BillingAddress',
  'BillingCity',
  'BillingState',
  'BillingCountry',
  'BillingPostalCode',
  'Total',
  'InvoiceLineId',
  'TrackId',
  'Name',
  'Track',
  'Album',
  'Artist',
  'UnitPrice',
  'Quantity',
  'Company',
  'Address',
  'City',
  'State',
  'Country',
  'PostalCode',
  'Email',
];
const names = new Map(NAMES.map((name) => [name.toLowerCase(), name]));

/** Runs a statement of the service, prepared once for each connection. PostgreSQL numbers the marks and lowers names. */
async function rows<Row>(on: Queryable, sql: string, values: unknown[]): Promise<Row[]> {
  const found = await on.query({ name: sql.slice(0, 20) + sql.length + sql.slice(-30), text: numbered(sql), values });
  return found.rows.map(
    (row: object) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [names.get(key) ?? key, value])) as Row,
  );
}
const texts = new Map<string, string>();
function numbered(sql: string): string {
  let n = 0;
  const text = texts.get(sql) ?? sql.replace(/\+?\?|@\w+/g, () => `$${++n}`);
  texts.set(sql, text);
  return text;
}

async function getInvoice(on: Queryable, id: number): Promise<Invoice | undefined> {
  const [row] = await rows<InvoiceRow>(on, invoiceSql.one, [id]);
  if (!row) return undefined;
  const [owner] = await rows<CustomerRow>(on, catalogSql.customer, [row.CustomerId]);
  return owner && invoice(row, customer(owner), await rows<LineRow>(on, invoiceSql.lines, [id]));
}

async function createInvoice(on: Queryable, input: NewInvoice): Promise<Invoice> {
  const [owner] = await rows<CustomerRow>(on, catalogSql.customer, [input.customerId]);
  if (!owner) throw invalid(problems.invalidBody, [{ field: 'customerId', message: 'there is none' }]);
  let total = 0;
  const priced: Omit<LineRow, 'InvoiceLineId'>[] = [];
  for (const { trackId, quantity } of input.lines) {
    const [track] = await rows<TrackRow>(on, catalogSql.track, [trackId]);
    if (!track) throw invalid(problems.invalidBody, [{ field: 'lines', message: 'there is no such track' }]);
    total += Math.round(track.UnitPrice * 100) * quantity;
    priced.push({ ...track, Track: track.Name, Quantity: quantity });
  }
  const row = {
    CustomerId: owner.CustomerId,
    InvoiceDate: toDate(new Date()),
    BillingAddress: owner.Address,
    BillingCity: owner.City,
    BillingState: owner.State,
    BillingCountry: owner.Country,
    BillingPostalCode: owner.PostalCode,
    Total: toMoney(total),
  };
  // In the order of the names in the statement.
  const made = await rows<{ InvoiceId: number }>(on, `${invoiceSql.insert} RETURNING InvoiceId`, Object.values(row));
  const InvoiceId = made[0]?.InvoiceId ?? 0;
  const lines: LineRow[] = [];
  for (const one of priced) {
    const values = [InvoiceId, one.TrackId, one.UnitPrice, one.Quantity];
    const insert = `${invoiceSql.insertLine} RETURNING InvoiceLineId`;
    const [written] = await rows<{ InvoiceLineId: number }>(on, insert, values);
    lines.push({ ...one, InvoiceLineId: written?.InvoiceLineId ?? 0 });
  }
  return invoice({ ...row, InvoiceId, FirstName: owner.FirstName, LastName: owner.LastName }, customer(owner), lines);
}

const app = express();
app.disable('x-powered-by');
app.use(requestLog(pino({ level: 'warn' })), helmet());
app.get('/api/invoices/:id', async (req, res) => {
  const invoice = await getInvoice(pool, Number(req.params.id));
  res.status(invoice ? 200 : 404).json(invoice ?? {});
});
app.get('/api/invoices', async (req, res) => {
  const query = validate(InvoiceQuery, req.query, problems.invalidQuery);
  const { text, values } = listStatement(query, query.sort, undefined);
  const found = await rows<SummaryRow>(pool, text, [...values, query.limit + 1]);
  res.json({ items: found.slice(0, query.limit).map(summary), nextCursor: null, previousCursor: null });
});
app.post('/api/invoices', express.json({ limit: '100kb' }), async (req, res) => {
  const input = validate(NewInvoice, req.body, problems.invalidBody);
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const answer = await createInvoice(client, input);
    await client.query('COMMIT');
    res.status(201).json(answer);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});
const server = app.listen(Number(process.env['PORT']), '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    server.closeAllConnections();
    process.exit(0);
  });
}
