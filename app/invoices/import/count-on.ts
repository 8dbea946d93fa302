import type { Database } from '../database/database.ts';

/**
 * Has the service count on where a database that was imported has counted to with AUTOINCREMENT. Not in a migration: SQLite has
 * its table of counters only where one is used.
 */
export function countOn(database: Database): void {
  const { connection } = database;
  if (connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").get() === undefined) return;
  connection.exec(`UPDATE liteset_Highest SET Number = max(Number, ifnull(
    (SELECT max(seq) FROM sqlite_sequence WHERE name = 'Invoice'), 0)) WHERE Name = 'Invoice'`);
}
