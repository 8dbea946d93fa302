import type BetterSqlite3 from 'better-sqlite3';

/** The tables to which the service adds rows, and the column that has to be the row's number. */
const NUMBERED = [
  ['Invoice', 'InvoiceId'],
  ['InvoiceLine', 'InvoiceLineId'],
] as const;

/**
 * The columns, as `Table.Column`, that should be SQLite's own row number and are not. SQLite itself is asked: a declaration
 * does not tell (`INTEGER PRIMARY KEY DESC` is none, `integer, …, PRIMARY KEY (InvoiceId)` is one).
 */
export function unnumberedTables(connection: BetterSqlite3.Database): string[] {
  return NUMBERED.filter(([table, column]) => {
    const plan = connection.prepare<[], { detail: string }>(
      `EXPLAIN QUERY PLAN SELECT 1 FROM ${table} WHERE ${column} = 1`,
    );
    return !plan.all().some(({ detail }) => detail.includes('USING INTEGER PRIMARY KEY'));
  }).map(([table, column]) => `${table}.${column}`);
}
