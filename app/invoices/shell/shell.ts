import type BetterSqlite3 from 'better-sqlite3';
import { dump } from './dump.ts';

/** How a shell shows what it finds. */
export interface ShellOptions {
  /** Whether the file is on LiteFS's mount. */
  onLitefs: boolean;
  /** Whether the names of the columns come first. */
  header: boolean;
  /** Told each line. */
  print: (line: string) => void;
}

/** What SQLite says of a text that is the beginning of a statement: it ends within one, or within a quoted text. */
const UNFINISHED = /^(incomplete input|unrecognized token: "['"`[])/;

/** Runs statements and commands as SQLite's own program does, in its mode `list`. */
export class Shell {
  readonly #database: BetterSqlite3.Database;
  readonly #options: ShellOptions;
  #waiting = '';
  hasQuit = false;

  constructor(database: BetterSqlite3.Database, options: ShellOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Whether a statement has begun that is not complete. */
  get isWaiting(): boolean {
    return this.#waiting.trim() !== '';
  }

  /** Whether a transaction is open that others wait for. */
  get holdsUp(): boolean {
    return this.#options.onLitefs && this.#database.inTransaction;
  }

  /** Takes a line, and runs the statements that it ends. Throws what SQLite says; the rest of the line is forgotten then. */
  async take(line: string): Promise<void> {
    if (!this.isWaiting && line.trimStart().startsWith('.')) return this.#command(line.trim().replace(/\s*;$/, ''));
    const text = `${this.#waiting}${line}\n`;
    this.#waiting = '';
    let begin = 0;
    for (let end = text.indexOf(';'); end >= 0; end = text.indexOf(';', end + 1)) {
      if (this.#run(text.slice(begin, end + 1))) begin = end + 1;
    }
    this.#waiting = text.slice(begin);
  }

  /** Says that nothing follows. Throws if a statement has begun: it was not run. */
  end(): void {
    if (this.isWaiting) throw new Error(`incomplete input: ${this.#waiting.trim()}`);
  }

  /** Runs a statement. Returns whether it was one: false if the text is only its beginning. */
  #run(sql: string): boolean {
    let statement: BetterSqlite3.Statement<[], unknown[]>;
    try {
      statement = this.#database.prepare(sql);
    } catch (error) {
      const { message } = error as Error;
      if (message.includes('contains no statements')) return true;
      if (UNFINISHED.test(message)) return false;
      throw error;
    }
    if (!statement.reader) {
      statement.run();
      return true;
    }
    const rows = statement.raw().safeIntegers();
    if (this.#options.header)
      this.#options.print(
        statement
          .columns()
          .map(({ name }) => name)
          .join('|'),
      );
    for (const row of rows.iterate()) this.#options.print(row.map(shown).join('|'));
    return true;
  }

  async #command(line: string): Promise<void> {
    const [name = '', argument = ''] = line.split(/\s+/);
    const { print } = this.#options;
    const texts = (sql: string) => this.#database.prepare<[], string>(sql).pluck().all();
    const schema = "FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    if (name === '.backup') await this.#database.backup(argument);
    else if (name === '.dump') dump(this.#database, print);
    else if (name === '.schema') texts(`SELECT sql || ';' ${schema} AND sql IS NOT NULL`).forEach(print);
    else if (name === '.tables')
      texts(`SELECT name ${schema} AND type IN ('table', 'view') ORDER BY name`).forEach(print);
    else if (name === '.timeout') this.#database.pragma(`busy_timeout = ${Number(argument)}`);
    else if (name === '.quit' || name === '.exit') this.hasQuit = true;
    else throw new Error(`${name} is not known here: see sqlite3 --help`);
  }
}

/** A value as SQLite's own program shows it: a fraction has a point, and NULL is nothing. */
function shown(value: unknown): string {
  if (value === null) return '';
  if (Buffer.isBuffer(value)) return value.toString();
  if (typeof value !== 'number' || !Number.isFinite(value)) return String(value);
  const text = String(value);
  return /^-?\d+(e|$)/.test(text) ? text.replace(/e|$/, '.0$&') : text;
}
