import type BetterSqlite3 from 'better-sqlite3';

interface Part {
  type: string;
  name: string;
  sql: string;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Prints statements that make a database anew. Of virtual tables only their own statement: the rows are their module's. */
export function dump(database: BetterSqlite3.Database, print: (line: string) => void): void {
  const parts = database
    .prepare<[], Part>(
      "SELECT s.type, s.name, s.sql FROM sqlite_schema AS s JOIN pragma_table_list AS t ON t.name = s.tbl_name AND t.schema = 'main' WHERE s.sql IS NOT NULL AND t.type <> 'shadow' AND (s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR s.name = 'sqlite_sequence') ORDER BY s.rowid",
    )
    .all();
  print('PRAGMA foreign_keys=OFF;');
  print('BEGIN TRANSACTION;');
  const isTable = ({ type }: Part) => type === 'table';
  for (const { name, sql } of parts.filter(isTable)) {
    // What AUTOINCREMENT has counted: the table is there as soon as another one counts.
    print(name === 'sqlite_sequence' ? 'DELETE FROM sqlite_sequence;' : `${sql};`);
    if (!sql.startsWith('CREATE VIRTUAL')) dumpRows(database, name, print);
  }
  for (const { sql } of parts.filter((part) => !isTable(part))) print(`${sql};`);
  print('COMMIT;');
}

function dumpRows(database: BetterSqlite3.Database, table: string, print: (line: string) => void): void {
  const columns = (database.pragma(`table_info(${quoted(table)})`) as { name: string }[]).map(({ name }) => name);
  const values = columns.map((name) => `quote(${quoted(name)})`).join(" || ',' || ");
  const rows = database.prepare<[], string>(`SELECT ${values} FROM ${quoted(table)}`).pluck();
  const generated = (database.pragma(`table_xinfo(${quoted(table)})`) as unknown[]).length > columns.length;
  const names = generated ? ` (${columns.map(quoted).join(', ')})` : '';
  for (const row of rows.iterate()) print(`INSERT INTO ${quoted(table)}${names} VALUES(${row});`);
}
