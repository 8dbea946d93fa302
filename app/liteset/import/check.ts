import { statSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { sqliteCode } from '../lib/sqlite-code.ts';
import { readHeader } from './header.ts';
import { ImportRefusal } from './refusal.ts';

/**
 * Checks that a file is a whole, sound SQLite database, and what the application asks of it: `refusalReason` says why a database
 * is none of its own. Opens the file for reading only. Returns remarks that refuse nothing: people may well have rows whose
 * references are broken, or a table of a module that is not here.
 *
 * @throws ImportRefusal with the reason.
 */
export function checkDatabase(
  path: string,
  refusalReason: (connection: BetterSqlite3.Database) => string | undefined = () => undefined,
): string[] {
  const { pageSize, pages } = readHeader(path);
  const there = statSync(path).size / pageSize;
  if (!Number.isInteger(there)) throw new ImportRefusal('The file is cut short: its last page is not whole.');
  if (pages !== undefined && there < pages)
    throw new ImportRefusal(`The file is cut short: ${there} of ${pages} pages are there.`);
  const database = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
  try {
    const found = database.pragma('integrity_check(5)') as { integrity_check: string }[];
    const faults = found.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    if (faults.length > 0)
      throw new ImportRefusal(`The database is corrupt: ${faults.join('; ').replaceAll('\n', '; ')}.`);
    const reason = refusalReason(database);
    if (reason !== undefined) throw new ImportRefusal(reason);
    return [...brokenReferences(database), ...unreadableTables(database)];
  } catch (error) {
    const code = sqliteCode(error);
    if (code === undefined) throw error;
    const { message } = error as Error;
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) throw new ImportRefusal(`The database is corrupt: ${message}.`);
    throw new ImportRefusal(`This SQLite cannot check the database: ${message}.`);
  } finally {
    database.close();
  }
}

/** Counted by the pair of tables. A reference to a table that cannot be referred to fails the statement. */
function brokenReferences(database: BetterSqlite3.Database): string[] {
  const counts = new Map<string, number>();
  for (const { table, parent } of database.pragma('foreign_key_check') as { table: string; parent: string }[]) {
    const name = `${table} to ${parent}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} broken references from ${name}`);
}

/** Virtual tables whose module this SQLite does not have. Nobody else is harmed by them. */
function unreadableTables(database: BetterSqlite3.Database): string[] {
  const named = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'").pluck();
  return named.all().flatMap((name) => {
    try {
      database.prepare(`SELECT 1 FROM "${name.replaceAll('"', '""')}"`);
      return [];
    } catch (error) {
      return [`the virtual table ${name} stays, and cannot be read here: ${(error as Error).message}`];
    }
  });
}
