import type BetterSqlite3 from 'better-sqlite3';
import type { Database } from './database.ts';

/** Chinook's tables and the columns that the service uses. */
export const CHINOOK: Record<string, readonly string[]> = {
  Artist: ['ArtistId', 'Name'],
  Album: ['AlbumId', 'Title', 'ArtistId'],
  Track: ['TrackId', 'Name', 'AlbumId', 'UnitPrice'],
  Customer: [
    ...['CustomerId', 'FirstName', 'LastName', 'Company', 'Address', 'City', 'State', 'Country', 'PostalCode', 'Email'],
  ],
  Invoice: [
    ...['InvoiceId', 'CustomerId', 'InvoiceDate', 'BillingAddress', 'BillingCity', 'BillingState', 'BillingCountry'],
    ...['BillingPostalCode', 'Total'],
  ],
  InvoiceLine: ['InvoiceLineId', 'InvoiceId', 'TrackId', 'UnitPrice', 'Quantity'],
};

/** Of these tables only: another one may be virtual, and its module unknown to this SQLite, which fails the whole query. */
const COLUMNS = `SELECT s.name AS "table", c.name AS "column" FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS c
  WHERE s.type = 'table' AND s.name IN (${Object.keys(CHINOOK)
    .map((name) => `'${name}'`)
    .join(', ')})`;

/** The tables and columns (as `Table.Column`) that a database lacks to be one of this service. */
export const missingTables = (database: Database): string[] =>
  database.read(() => missing(database.statement<Column>(COLUMNS).all()));

/** The same of a file that is not in use. */
export const missingFrom = (connection: BetterSqlite3.Database): string[] =>
  missing(connection.prepare<[], Column>(COLUMNS).all());

interface Column {
  table: string;
  column: string;
}

function missing(columns: Column[]): string[] {
  const found = new Set(columns.flatMap(({ table, column }) => [table, `${table}.${column}`]));
  return Object.entries(CHINOOK).flatMap(([table, names]) => {
    if (!found.has(table)) return [table];
    return names.map((name) => `${table}.${name}`).filter((name) => !found.has(name));
  });
}
