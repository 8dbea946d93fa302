import { sqliteCode } from '../lib/sqlite-code.ts';
import { Problem } from './problem.ts';
import { type ListedProblem, problems, RETRY_AFTER } from './types.ts';

interface Meaning {
  code: RegExp;
  kind: ListedProblem;
  /** What is said to the client before SQLite's own words; undefined: those alone. */
  detail?: string;
}

/** What SQLite's codes mean to a client. The first that fits is taken. */
const MEANINGS: readonly Meaning[] = [
  { code: /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID|FOREIGNKEY)$/, kind: problems.rowConflict },
  { code: /^SQLITE_(CONSTRAINT|MISMATCH)/, kind: problems.ruleBroken },
  { code: /^SQLITE_TOOBIG$/, kind: problems.valueTooLarge },
  { code: /^SQLITE_FULL$/, kind: problems.diskFull, detail: 'The volume of the database has no room left.' },
  // SQLITE_PROTOCOL: the locks of the write-ahead log were held for too long, as by a large import.
  { code: /^SQLITE_(BUSY|LOCKED|PROTOCOL)/, kind: problems.databaseBusy, detail: 'Another transaction holds it.' },
  { code: /^SQLITE_(CORRUPT|NOTADB)/, kind: problems.databaseDamaged, detail: 'The copy of this pod cannot be read.' },
  { code: /^SQLITE_(IOERR|READONLY|CANTOPEN|NOMEM)/, kind: problems.databaseFailing },
];

/**
 * What an error of SQLite is to a client; any other error is returned as it is, also SQLITE_ERROR, which is a mistake of the
 * statement. What the database's own rules say is told in their words: a constraint's name, or the text of `RAISE`.
 */
export function explainSqlite(error: unknown): unknown {
  const code = sqliteCode(error);
  const meaning = code === undefined ? undefined : MEANINGS.find((one) => one.code.test(code));
  if (!meaning) return error;
  const { kind, detail } = meaning;
  const { message } = error as Error;
  const headers = kind.status === 503 ? RETRY_AFTER : {};
  return new Problem(kind, detail === undefined ? message : `${detail} SQLite: ${message}.`, { headers, cause: error });
}
