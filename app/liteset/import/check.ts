import { closeSync, openSync, readSync, statSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { sqliteCode } from '../lib/sqlite-code.ts';

/** Why a file is not imported. The message is for the person who wanted that. */
export class ImportRefusal extends Error {
  override readonly name = 'ImportRefusal';
}

const MAGIC = 'SQLite format 3\0';

/** What the first 100 bytes of a SQLite file say. */
export interface Header {
  /** Bytes a page. */
  pageSize: number;
  /** How many pages the file should have; undefined if an old program wrote it, which did not keep the number. */
  pages: number | undefined;
}

/** Reads the header of a SQLite file. Throws an ImportRefusal if it is none. */
export function readHeader(path: string): Header {
  const bytes = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, bytes, 0, 100, 0) === 0) throw new ImportRefusal('The file is empty.');
  } finally {
    closeSync(file);
  }
  if (bytes.toString('latin1', 0, 16) !== MAGIC) throw new ImportRefusal('The file is not a SQLite database.');
  const pageSize = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0)
    throw new ImportRefusal('The header of the file is damaged.');
  const counted = bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  return { pageSize, pages: counted ? bytes.readUInt32BE(28) : undefined };
}

/**
 * Checks that a file is a whole, sound SQLite database, and what the application asks of it: `refusalReason` says why a database
 * is none of its own. Opens the file for reading only. Returns remarks that refuse nothing: people may well have rows whose
 * references are broken.
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
    const found = database.pragma('integrity_check(5)', { simple: false }) as { integrity_check: string }[];
    const faults = found.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    if (faults.length > 0)
      throw new ImportRefusal(`The database is corrupt: ${faults.join('; ').replaceAll('\n', '; ')}`);
    const reason = refusalReason(database);
    if (reason !== undefined) throw new ImportRefusal(reason);
    const broken = database.pragma('foreign_key_check') as { table: string; parent: string }[];
    return brokenReferences(broken);
  } catch (error) {
    if (sqliteCode(error) === undefined) throw error;
    throw new ImportRefusal(`The database is corrupt: ${(error as Error).message}.`);
  } finally {
    database.close();
  }
}

function brokenReferences(rows: { table: string; parent: string }[]): string[] {
  const counts = new Map<string, number>();
  for (const { table, parent } of rows) {
    const name = `${table} to ${parent}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} broken references from ${name}`);
}
