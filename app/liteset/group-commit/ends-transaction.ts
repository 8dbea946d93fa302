import { sqliteCode } from '../lib/sqlite-code.ts';

/**
 * What SQLite may say when it has undone, or cannot be trusted with, the whole transaction and not only one statement
 * (https://sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction"). LiteFS answers with
 * SQLITE_IOERR and SQLITE_READONLY when it has lost the lease in the middle.
 */
const ENDING = /^SQLITE_(FULL|IOERR|NOMEM|BUSY|INTERRUPT|CORRUPT|NOTADB|READONLY|CANTOPEN|PROTOCOL|ABORT_ROLLBACK)/;

/** Whether an error concerns the whole transaction. An application may have wrapped it: its causes are looked at, too. */
export function endsTransaction(error: unknown): boolean {
  const { message, cause } = (error ?? {}) as { message?: unknown; cause?: unknown };
  if (ENDING.test(sqliteCode(error) ?? '') || /^(no such savepoint|cannot rollback)/.test(String(message))) return true;
  return cause !== undefined && endsTransaction(cause);
}
