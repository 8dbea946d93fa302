import type { Database } from '../database/database.ts';

/** Text that is longer would make each answer with it as long, in characters. */
const LONGEST_TEXT = 10_000;

/** What the values of a column have to be, in words, and as a condition of SQL. */
const KINDS = {
  number: [
    'a whole number from 1 to 15 digits',
    (c: string) => `typeof(${c}) = 'integer' AND ${c} BETWEEN 1 AND 999999999999999`,
  ],
  quantity: ['a whole number', (c: string) => `typeof(${c}) = 'integer' AND abs(${c} / 2) < 4503599627370496`],
  money: ['an amount', (c: string) => `typeof(${c}) IN ('integer', 'real') AND abs(${c} / 2) < 5000000000000`],
  text: [
    `a text of at most ${LONGEST_TEXT} characters`,
    (c: string) => `typeof(${c}) = 'text' AND length(${c}) <= ${LONGEST_TEXT}`,
  ],
} as const;
type Kind = keyof typeof KINDS | `${keyof typeof KINDS}?`;

const ADDRESS = ['Address', 'City', 'State', 'Country', 'PostalCode'];
const optionalTexts = (names: string[]): Record<string, Kind> =>
  Object.fromEntries(names.map((name) => [name, 'text?']));

/** The columns that the service shows, sorts by or counts with. A question mark: NULL will do. */
const COLUMNS: Record<string, Record<string, Kind>> = {
  Artist: { ArtistId: 'number', Name: 'text?' },
  Album: { AlbumId: 'number', Title: 'text?', ArtistId: 'number?' },
  Track: { TrackId: 'number', Name: 'text', AlbumId: 'number?', UnitPrice: 'money' },
  Customer: {
    ...{ CustomerId: 'number', FirstName: 'text', LastName: 'text', Email: 'text' },
    ...optionalTexts(['Company', ...ADDRESS]),
  },
  Invoice: {
    ...{ InvoiceId: 'number', CustomerId: 'number', InvoiceDate: 'text', Total: 'money' },
    ...optionalTexts(ADDRESS.map((name) => `Billing${name}`)),
  },
  InvoiceLine: {
    InvoiceLineId: 'number',
    InvoiceId: 'number',
    TrackId: 'number',
    UnitPrice: 'money',
    Quantity: 'quantity',
  },
};

/** Tables whose rows are joined by their number: two of one number would show an invoice twice. */
const JOINED = { Artist: 'ArtistId', Album: 'AlbumId', Track: 'TrackId', Customer: 'CustomerId' };

/** What is wrong with the values of a database, each as one text: `Invoice.Total: 3 rows are not an amount`. */
export function wrongValues(database: Database): string[] {
  return [
    ...Object.entries(COLUMNS).flatMap(([table, columns]) => wrongKinds(database, table, columns)),
    ...doubled(database),
  ];
}

function wrongKinds(database: Database, table: string, columns: Record<string, Kind>): string[] {
  const counts = Object.entries(columns).map(
    ([column, kind]) => `count(*) FILTER (WHERE NOT (${condition(column, kind)})) AS ${column}`,
  );
  const row = database.statement<Record<string, number>>(`SELECT ${counts.join(', ')} FROM ${table}`).get() ?? {};
  return Object.entries(row)
    .filter(([, count]) => count > 0)
    .map(([column, count]) => `${table}.${column}: ${count} rows are not ${KINDS[plain(columns[column] as Kind)][0]}`);
}

function condition(column: string, kind: Kind): string {
  const test = KINDS[plain(kind)][1](column);
  return kind.endsWith('?') ? `${column} IS NULL OR (${test})` : test;
}

const plain = (kind: Kind): keyof typeof KINDS => kind.replace('?', '') as keyof typeof KINDS;

function doubled(database: Database): string[] {
  return Object.entries(JOINED).flatMap(([table, column]) => {
    const sql = `SELECT count(*) - count(DISTINCT ${column}) AS count FROM ${table}`;
    const { count = 0 } = database.statement<{ count: number }>(sql).get() ?? {};
    return count > 0 ? [`${table}.${column}: ${count} rows have a number that another has`] : [];
  });
}
