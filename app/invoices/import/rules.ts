import type BetterSqlite3 from 'better-sqlite3';
import type { ImportRules } from '../../liteset/import/import-database.ts';
import { Database, type DatabaseOptions } from '../database/database.ts';
import { isNoted, isSettled, migrate, note } from '../database/migrate.ts';
import { missingFrom } from '../database/schema.ts';
import { countOn } from './count-on.ts';
import { tryOut } from './try-out.ts';
import { unnumberedTables } from './unnumbered-tables.ts';

/**
 * What the service asks of a database that is imported: Chinook's tables, to which its own are added.
 *
 * @param migrations the folder of the migrations
 * @param force takes other tables, too, and adds nothing to them
 */
export function importRules(migrations: string, force: boolean): ImportRules {
  return {
    refusalReason: (connection) => (force ? undefined : refusalReason(connection)),
    prepare: (path, mark) =>
      withDatabase(path, {}, (database) => {
        if (!force) {
          migrate(database, migrations);
          countOn(database);
        }
        note(database, mark);
      }),
    tryOut: (path) => (force ? [] : withDatabase(path, {}, tryOut)),
    // The primary looks at it, too: see `renewSchemaVersion`.
    hasArrived: (path, mark) =>
      withDatabase(
        path,
        { mayCreate: () => false },
        (database) => isNoted(database, mark) && (force || isSettled(database)),
      ),
  };
}

/** Why the tables of a database are none that the service can work with; undefined if they are. */
export function refusalReason(connection: BetterSqlite3.Database): string | undefined {
  const missing = missingFrom(connection);
  if (missing.length > 0) {
    const names = `it lacks ${missing.join(', ')} (as a table, spelled like this)`;
    return `This is not Chinook's database: ${names}. --force imports it all the same.`;
  }
  const [unnumbered] = unnumberedTables(connection);
  return unnumbered && `${unnumbered} must be INTEGER PRIMARY KEY, so that SQLite numbers the rows. ${NO_NUMBERS}`;
}

const NO_NUMBERS = 'INT, BIGINT and WITHOUT ROWID do not do that: create the table anew, and copy the rows.';

function withDatabase<Result>(path: string, options: DatabaseOptions, work: (database: Database) => Result): Result {
  const database = new Database(path, options);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
