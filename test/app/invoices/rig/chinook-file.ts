import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../../../app/invoices/database/database.ts';
import { catalogSize, writeCatalog } from '../../../../app/invoices/sample/catalog.ts';
import { fill, SEED } from '../../../../app/invoices/sample/fill.ts';
import { seeded } from '../../../../app/invoices/sample/random.ts';
import { migrations } from './service.ts';

/** How a file differs from Chinook's. */
export interface Difference {
  /** SQL before there is anything. */
  before?: string;
  /** Changes the statements that make the tables. */
  schema?: (sql: string) => string;
  /** How many invoices there are, beside customers and tracks. Default: 30. */
  invoices?: number;
  /** SQL after all. */
  after?: string;
  /** SQL that writes into SQLite's own table of the schema: what this SQLite would refuse to make. */
  forge?: string;
}

/** Makes a file with Chinook's tables, as people have it: with a rollback journal, and nothing of the service. */
export function chinookFile(path: string, difference: Difference): string {
  rmSync(path, { force: true });
  const database = new Database(path);
  const { connection } = database;
  const { before = '', schema = (sql) => sql, after = '', forge = '', invoices = 30 } = difference;
  connection.pragma('foreign_keys = OFF');
  connection.exec(before);
  connection.exec(schema(readFileSync(join(migrations, '001-chinook.sql'), 'utf8')));
  if (invoices > 0) fill(database, { invoices });
  else database.write(() => writeCatalog(database, seeded(SEED), catalogSize(0)));
  connection.exec(after);
  connection.unsafeMode(true).pragma('writable_schema = ON');
  connection.exec(forge);
  database.close();
  return path;
}
