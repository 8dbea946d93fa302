import type BetterSqlite3 from 'better-sqlite3';
import type { ImportRules } from '../../liteset/import/import-database.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { isNoted, isSettled, migrate, note } from './migrate.ts';
import { missingFrom } from './schema.ts';

/**
 * What the service asks of a database that is imported: Chinook's tables, to which its own are added.
 *
 * @param migrations the folder of the migrations
 * @param force takes other tables, too, and adds nothing to them
 */
export function importRules(migrations: string, force: boolean): ImportRules {
  return {
    refusalReason: (connection) => (force ? undefined : whyNotChinook(connection)),
    prepare: (path, mark) =>
      withDatabase(path, {}, (database) => {
        if (!force) migrate(database, migrations);
        note(database, mark);
      }),
    // The primary looks at it, too: see `renewSchemaVersion`.
    hasArrived: (path, mark) =>
      withDatabase(
        path,
        { mayCreate: () => false },
        (database) => isNoted(database, mark) && (force || isSettled(database)),
      ),
  };
}

/** Why a database is not one with Chinook's tables; undefined if it is. */
export function whyNotChinook(connection: BetterSqlite3.Database): string | undefined {
  const missing = missingFrom(connection);
  if (missing.length === 0) return undefined;
  return `This is not Chinook's database: it lacks ${missing.join(', ')}. (--force imports it all the same.)`;
}

function withDatabase<Result>(path: string, options: DatabaseOptions, work: (database: Database) => Result): Result {
  const database = new Database(path, options);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
