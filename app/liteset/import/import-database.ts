import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { askInfo, LitefsRefusal, postImport } from '../litefs/client.ts';
import { checkDatabase, ImportRefusal } from './check.ts';
import { normalise } from './normalise.ts';

export { ImportRefusal } from './check.ts';

/** What the application asks of a database that is imported, and does with it. A mark is a text that names one import. */
export interface ImportRules {
  /** Why a database is none of this application; undefined if it is. */
  refusalReason(connection: BetterSqlite3.Database): string | undefined;
  /** Brings the file at `path` up to date, and leaves the mark in it. */
  prepare(path: string, mark: string): void;
  /** Whether the database at `path` has the mark and can be used. It may throw while the file is being replaced. */
  hasArrived(path: string, mark: string): boolean;
}

/** What is imported, and to where. */
export interface ImportOptions {
  input: Readable;
  /** Path of the application's database, on LiteFS's mount. */
  databasePath: string;
  /** This pod's LiteFS. */
  litefsUrl: string;
  rules: ImportRules;
  /** Told each step, in words. */
  print: (line: string) => void;
}

/** How long this pod may take to show an imported database, in milliseconds. */
const ARRIVAL_MS = 60_000;
/** How often this pod's copy is looked at meanwhile, in milliseconds. */
const LOOK_MS = 50;

/**
 * Puts a SQLite file in the place of the cluster's database. Everything is checked and prepared on a copy first, so that
 * the cluster sees one transaction, or nothing.
 *
 * @throws ImportRefusal when the file is not fit, or LiteFS does not take it: nothing was touched then.
 */
export async function importDatabase(options: ImportOptions): Promise<void> {
  const { input, databasePath, litefsUrl, rules, print } = options;
  const folder = mkdtempSync(join(tmpdir(), 'liteset-import-'));
  const copy = join(folder, 'copy.db');
  try {
    await pipeline(input, createWriteStream(copy));
    for (const remark of checkDatabase(copy, rules.refusalReason)) print(`note: ${remark}`);
    const mark = `import ${randomUUID()}`;
    rules.prepare(copy, mark);
    normalise(copy, databasePath);
    await post(await primaryUrl(litefsUrl), basename(databasePath), copy);
    await arrival(() => rules.hasArrived(databasePath, mark));
    for (const line of describe(databasePath)) print(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The URL of the primary's LiteFS, found through this pod's: it listens on the same port. */
async function primaryUrl(litefsUrl: string): Promise<string> {
  const { isPrimary, primary } = await askInfo(litefsUrl);
  if (isPrimary) return litefsUrl;
  if (primary.hostname === '') throw new ImportRefusal('No pod is the primary at the moment. Try again.');
  const url = new URL(litefsUrl);
  url.hostname = primary.hostname;
  return url.href;
}

async function post(primary: string, name: string, path: string): Promise<void> {
  try {
    await postImport(primary, name, path);
  } catch (error) {
    throw error instanceof LitefsRefusal ? new ImportRefusal(error.message) : error;
  }
}

/** Waits until this pod's copy is the imported one. */
async function arrival(hasArrived: () => boolean): Promise<void> {
  const end = Date.now() + ARRIVAL_MS;
  while (!isTrue(hasArrived)) {
    if (Date.now() > end) throw new Error('The database was imported on the primary, but has not arrived on this pod.');
    await sleep(LOOK_MS);
  }
}

function isTrue(condition: () => boolean): boolean {
  try {
    return condition();
  } catch {
    // The file is being replaced, or is not there yet.
    return false;
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
