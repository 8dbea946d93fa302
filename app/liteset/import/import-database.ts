import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import { askInfo, LitefsRefusal, postImport } from '../litefs/client.ts';
import { checkDatabase } from './check.ts';
import { contents, schemaChanges, schemaNames } from './contents.ts';
import { normalise } from './normalise.ts';
import { receive } from './receive.ts';
import { ImportRefusal, onCopy } from './refusal.ts';
import { freeBytes, mebibytes } from './room.ts';

export { ImportRefusal } from './refusal.ts';

/** What the application asks of a database that is imported, and does with it. A mark is a text that names one import. */
export interface ImportRules {
  /** Why a database is none of this application; undefined if it is. */
  refusalReason(connection: BetterSqlite3.Database): string | undefined;
  /** Brings the file at `path` up to date, and leaves the mark in it. */
  prepare(path: string, mark: string): void;
  /**
   * Tries the application's own statements out on the file at `path`, and undoes them. Returns remarks. Throws an ImportRefusal,
   * or what SQLite says, if the application cannot work with it. Default: nothing is tried.
   */
  tryOut?(path: string): string[];
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

/** How long this pod may take to show an imported database, in milliseconds, and more for each byte: at 1 MB a second. */
const ARRIVAL_MS = 60_000;
const ARRIVAL_MS_PER_BYTE = 1 / 1_000;
/** What helps when the primary has no room for the file. */
const ROOM_THERE = "Free some on the primary: on its volume, and in LiteFS's folder of temporary files (TMPDIR, /tmp).";
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
  const mark = `import ${randomUUID()}`;
  try {
    await receive(input, copy);
    for (const remark of prepared(copy, databasePath, mark, rules)) print(`note: ${remark}`);
    const rows = contents(copy);
    refuseWithoutRoom(copy, databasePath);
    await post(await primaryUrl(litefsUrl), basename(databasePath), copy);
    await arrival(() => rules.hasArrived(databasePath, mark), statSync(copy).size);
    print(`imported at position ${readFileSync(`${databasePath}-pos`, 'utf8').trim()}`);
    for (const line of rows) print(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the copy what LiteFS is given. Returns what the person should know. */
function prepared(copy: string, databasePath: string, mark: string, rules: ImportRules): string[] {
  const remarks = checkDatabase(copy, rules.refusalReason);
  const before = schemaNames(copy);
  onCopy('The application cannot add what it needs to the database', () => rules.prepare(copy, mark));
  remarks.push(...schemaChanges(before, schemaNames(copy)));
  remarks.push(...onCopy('The application cannot work with the database', () => rules.tryOut?.(copy) ?? []));
  return [...remarks, ...onCopy('The database cannot be rebuilt', () => normalise(copy, databasePath))];
}

/** LiteFS keeps the transaction as a file, and writes its pages into the database. It ends itself on a full disk. */
function refuseWithoutRoom(copy: string, databasePath: string): void {
  const free = freeBytes(dirname(databasePath));
  const { size } = statSync(copy);
  const present = statSync(databasePath, { throwIfNoEntry: false })?.size ?? 0;
  const needed = size + Math.max(0, size - present);
  if (needed <= free) return;
  const room = `it takes up to ${mebibytes(needed)} on the volume of each pod, and ${mebibytes(free)} are free here`;
  throw new ImportRefusal(`The volume is too small: ${room}. Let the claims grow first.`);
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
    if (!(error instanceof LitefsRefusal)) throw error;
    // The primary stores the file once more before it takes it over.
    const full = /no space left on device|disk quota exceeded/.test(error.message);
    throw new ImportRefusal(full ? `${error.message}. ${ROOM_THERE}` : error.message);
  }
}

/** Waits until this pod's copy is the imported one. */
async function arrival(hasArrived: () => boolean, bytes: number): Promise<void> {
  const end = Date.now() + ARRIVAL_MS + bytes * ARRIVAL_MS_PER_BYTE;
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
