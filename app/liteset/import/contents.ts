import BetterSqlite3 from 'better-sqlite3';

const NAMES = "SELECT type || ' ' || name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
const TABLES = `${NAMES} AND type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`;

/** How many rows each table of a file has, as lines for people. Virtual tables count nothing: their module may be missing. */
export function contents(path: string): string[] {
  return reading(path, (database) =>
    texts(database, TABLES).map((text) => {
      const name = text.slice('table '.length);
      const counted = database.prepare<[], number>(`SELECT count(*) FROM "${name.replaceAll('"', '""')}"`).pluck();
      return `  ${name}: ${counted.get()} rows`;
    }),
  );
}

/** What a file has, by kind and name: `index IFK_InvoiceCustomerId`. */
export const schemaNames = (path: string): Set<string> => new Set(reading(path, (database) => texts(database, NAMES)));

/** What was added and removed, in words. */
export function schemaChanges(before: Set<string>, after: Set<string>): string[] {
  return [...told('added', after, before), ...told('removed', before, after)];
}

function told(verb: string, names: Set<string>, known: Set<string>): string[] {
  const others = [...names].filter((name) => !known.has(name));
  return others.length > 0 ? [`${verb}: ${others.join(', ')}`] : [];
}

function reading<Result>(path: string, read: (database: BetterSqlite3.Database) => Result): Result {
  const database = new BetterSqlite3(path, { fileMustExist: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

const texts = (database: BetterSqlite3.Database, sql: string): string[] =>
  database.prepare<[], string>(sql).pluck().all();
