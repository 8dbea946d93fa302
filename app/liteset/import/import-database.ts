import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { Database } from '../../invoices/database/database.ts';
import { isNoted, isSettled, migrate, note } from '../../invoices/database/migrate.ts';
import { checkDatabase } from './check.ts';
import { normalise } from './normalise.ts';
import { postImport, primaryUrl } from './post.ts';

/** What is imported, and to where. */
export interface ImportOptions {
  input: Readable;
  /** Path of the service's database, on LiteFS's mount. */
  databasePath: string;
  /** This pod's LiteFS. */
  litefsUrl: string;
  /** The folder of the migrations. */
  migrations: string;
  /** Takes a database without Chinook's tables, too. */
  force: boolean;
  /** Told each step, in words. */
  print: (line: string) => void;
}

/** How long this pod may take to show an imported database, in milliseconds. */
const ARRIVAL_MS = 60_000;
/** How often this pod's copy is looked at meanwhile, in milliseconds. */
const LOOK_MS = 50;

/**
 * Puts a SQLite file in the place of the cluster's database. Everything is checked and prepared on a copy first, so that
 * the cluster sees one transaction, or nothing. Throws a Refusal when the file is not fit, and nothing was touched.
 */
export async function importDatabase(options: ImportOptions): Promise<void> {
  const { input, databasePath, litefsUrl, migrations, force, print } = options;
  const folder = mkdtempSync(join(tmpdir(), 'liteset-import-'));
  const copy = join(folder, 'copy.db');
  try {
    await pipeline(input, createWriteStream(copy));
    for (const remark of checkDatabase(copy, { anyTables: force })) print(`note: ${remark}`);
    const mark = `import ${randomUUID()}`;
    prepare(copy, force ? undefined : migrations, mark);
    normalise(copy, databasePath);
    const primary = await primaryUrl(litefsUrl);
    await postImport(primary, basename(databasePath), copy);
    await arrival(databasePath, mark, force);
    for (const line of describe(databasePath)) print(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The copy gets what the service needs beside Chinook's tables, and a mark by which it is known when it arrives. */
function prepare(copy: string, migrations: string | undefined, mark: string): void {
  const database = new Database(copy);
  try {
    if (migrations !== undefined) migrate(database, migrations);
    note(database, mark);
  } finally {
    database.close();
  }
}

/** Waits until this pod's copy is the imported one, and the primary has looked at it: see `renewSchemaVersion`. */
async function arrival(path: string, mark: string, force: boolean): Promise<void> {
  const end = Date.now() + ARRIVAL_MS;
  while (!hasArrived(path, mark, force)) {
    if (Date.now() > end) throw new Error('The database was imported on the primary, but has not arrived on this pod.');
    await sleep(LOOK_MS);
  }
}

function hasArrived(path: string, mark: string, force: boolean): boolean {
  const database = new Database(path, { mayCreate: () => false });
  try {
    return isNoted(database, mark) && (force || isSettled(database));
  } catch {
    // The file is being replaced, or is not there yet.
    return false;
  } finally {
    database.close();
  }
}

function describe(path: string): string[] {
  const database = new BetterSqlite3(path, { readonly: true });
  try {
    const tables = database
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      )
      .pluck()
      .all();
    const rows = tables.map((name) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      return `  ${name}: ${database.prepare<[], number>(`SELECT count(*) FROM ${quoted}`).pluck().get()} rows`;
    });
    return [`imported at position ${readFileSync(`${path}-pos`, 'utf8').trim()}`, ...rows];
  } finally {
    database.close();
  }
}
