import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from './database.ts';

/** The lowest schema version that this file sets; SQLite itself counts up from 0. */
const RENEWED = 1_000_000;

const RECORD = `
  CREATE TABLE IF NOT EXISTS liteset_Migration (
    Name TEXT NOT NULL PRIMARY KEY,
    AppliedAt TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
  ) WITHOUT ROWID`;

/** What a run of the migrations did. */
export interface MigrationResult {
  /** Names of the migrations that were applied now, in order. */
  applied: string[];
  /** Whether the database held no table before. */
  wasEmpty: boolean;
}

/**
 * Brings a database up to date: applies the numbered files of a folder that are not recorded in it, each in a
 * transaction of its own. On the primary only. Safe to run again, and on a file that was imported.
 */
export function migrate(database: Database, folder: string): MigrationResult {
  const { connection } = database;
  const cookie = schemaVersion(database);
  const wasEmpty = countTables(database) === 0;
  const recorded = new Set(hasRecord(database) ? readRecord(database) : []);
  const applied = migrationFiles(folder).filter((name) => !recorded.has(name));
  for (const name of applied) {
    const sql = readFileSync(join(folder, name), 'utf8');
    database.write(() => {
      connection.exec(RECORD);
      connection.exec(sql);
      connection.prepare('INSERT INTO liteset_Migration (Name) VALUES (?)').run(name);
    });
  }
  if (cookie < RENEWED) renewSchemaVersion(database);
  useWriteAheadLog(database);
  return { applied, wasEmpty };
}

/** Whether LiteFS has replaced the database since the last run, or a migration is missing. Reads only. */
export function needsMigration(database: Database, folder: string): boolean {
  return database.read(() => {
    if (schemaVersion(database) < RENEWED || !hasRecord(database)) return true;
    const recorded = new Set(readRecord(database));
    return migrationFiles(folder).some((name) => !recorded.has(name));
  });
}

/** Whether a database has been looked after since it was made or imported. */
export const isSettled = (database: Database): boolean => schemaVersion(database) >= RENEWED;

/** Notes a name in the record, beside those of the migrations. Returns false if it is there already. */
export function note(database: Database, name: string): boolean {
  return database.write(() => {
    database.connection.exec(RECORD);
    const insert = database.connection.prepare(
      'INSERT INTO liteset_Migration (Name) VALUES (?) ON CONFLICT DO NOTHING',
    );
    return insert.run(name).changes > 0;
  });
}

/** Whether a name is in the record. */
export function isNoted(database: Database, name: string): boolean {
  return database.read(() => hasRecord(database) && readRecord(database).includes(name));
}

function schemaVersion({ connection }: Database): number {
  return Number(connection.pragma('schema_version', { simple: true }));
}

function migrationFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{3}-[a-z0-9-]+\.sql$/.test(name))
    .sort();
}

function countTables({ connection }: Database): number {
  return connection.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get() as number;
}

function hasRecord({ connection }: Database): boolean {
  return connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'liteset_Migration'").get() !== undefined;
}

function readRecord({ connection }: Database): string[] {
  return connection.prepare('SELECT Name FROM liteset_Migration').pluck().all() as string[];
}

/**
 * `litefs import` sets the schema version to 0, and connections read the schema again only when that number changed.
 * Two imports with the same number of migrations after them would end at the same number, and a replica that was idle
 * meanwhile would look for tables at their old places. A random number makes every imported database a new one.
 */
function renewSchemaVersion({ connection }: Database): void {
  connection.unsafeMode(true);
  try {
    connection.pragma(`schema_version = ${randomInt(RENEWED, 2_000_000_000)}`);
  } finally {
    connection.unsafeMode(false);
  }
}

/**
 * The write-ahead log, for two reasons. LiteFS tells the connections of a replica of a change through the log's index,
 * which it counts up at every transaction and every import; with a rollback journal they go by the change counter in
 * the file, which an import sets back to 0, so that an old cache could pass for a new one. And a commit costs fewer
 * round trips through FUSE. Not before the first table exists: LiteFS cannot take an empty database into this mode
 * (superfly/litefs#425). `synchronous` stays at the default for the log: LiteFS itself syncs each transaction's file
 * to the disk before the commit returns.
 */
function useWriteAheadLog({ connection }: Database): void {
  if (connection.pragma('journal_mode', { simple: true }) !== 'wal') connection.pragma('journal_mode = WAL');
}
