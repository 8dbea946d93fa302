/** Runs the reads of `LongReads`, one at a time, on a connection of its own: `long-read-process.ts <database>`. */
import Database from 'better-sqlite3';

/** What is asked for, and what is answered. */
export interface LongRead {
  sql: string;
  values: unknown[];
}
export type LongAnswer = { rows: unknown[] } | { message: string; code: string | undefined } | 'ready';

const BUSY_TIMEOUT_MS = 2_000;
const [path = ''] = process.argv.slice(2);
let db: Database.Database | undefined;

function answer({ sql, values }: LongRead): LongAnswer {
  try {
    db ??= new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    return { rows: db.prepare(sql).all(...values) };
  } catch (error) {
    // The file may have been replaced: the next read opens it anew.
    db?.close();
    db = undefined;
    const { message, code } = error as { message: string; code?: string };
    return { message, code };
  }
}

// Without the parent the channel is closed, and with it this process ends.
process.on('message', (read: LongRead) => void process.send?.(answer(read)));
process.send?.('ready' satisfies LongAnswer);
