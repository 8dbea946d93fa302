import { sqliteCode } from '../../liteset/lib/sqlite-code.ts';
import { comeBack, problems } from '../errors.ts';

/** Whether the connection is of no use any more: the file was replaced, removed or is no database. */
export function isBroken(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|IOERR|CANTOPEN)/.test(sqliteCode(error) ?? '');
}

/**
 * Turns what SQLite says while a database is arriving into a problem that tells the client to come back. Any other error is
 * returned as it is: Liteset's middleware explains what SQLite says to any application.
 */
export function translateSqliteError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return missingDirectory(error);
  if (code === 'SQLITE_CANTOPEN') {
    return comeBack(problems.notReady, 'The database has not arrived on this pod yet.', error);
  }
  const { message } = error as Error;
  if (code === 'SQLITE_ERROR' && /^no such (table|column)/.test(message)) {
    return comeBack(problems.notReady, `The database on this pod is not complete: ${message}.`, error);
  }
  return error;
}

/** better-sqlite3 looks for the folder itself before it asks SQLite, and throws a TypeError. */
function missingDirectory(error: unknown): unknown {
  if ((error as Error | undefined)?.message?.includes('directory does not exist')) {
    return comeBack(problems.notReady, 'The folder of the database does not exist.', error);
  }
  return error;
}
