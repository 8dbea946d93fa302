import { sqliteCode } from '../lib/sqlite-code.ts';

/** Why a file is not imported. The message is for the person who wanted that. */
export class ImportRefusal extends Error {
  override readonly name = 'ImportRefusal';
}

/**
 * Runs one step of an import on the copy. What SQLite or the disk says there is a refusal: nothing was touched.
 *
 * @param step what did not work, as the beginning of a sentence
 */
export function onCopy<Result>(step: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw refusal(step, error);
  }
}

/** The refusal that an error of a step on the copy is; an error of another kind is returned as it is. */
export function refusal(step: string, error: unknown): unknown {
  const { message, code, cause } = error as Error & { code?: string };
  if (code === 'ENOSPC' || code === 'EDQUOT' || /^SQLITE_(FULL|IOERR)/.test(code ?? '')) {
    return new ImportRefusal(`${step}: ${message}. Is there room in the folder of temporary files? ${ROOM}`);
  }
  if (sqliteCode(error) !== undefined) return new ImportRefusal(`${step}: ${message}.`);
  // An application may have wrapped what SQLite said.
  return sqliteCode(cause) === undefined ? error : refusal(step, cause);
}

/** What helps when there is too little room for a copy. */
export const ROOM = 'Free some, or set TMPDIR to a folder on a larger volume.';
