import BetterSqlite3 from 'better-sqlite3';
import { isBroken, translateSqliteError } from './sqlite-errors.ts';

/** One prepared statement; see better-sqlite3. */
export type Statement<Row> = BetterSqlite3.Statement<unknown[], Row>;

/**
 * How long SQLite waits for a lock, in milliseconds. On a replica LiteFS holds the locks while it applies a
 * transaction, which takes a few milliseconds; on the primary an import holds them for longer.
 */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * The service's one connection. It is opened by the first use, since on a replica the file arrives by replication
 * some time after the start, and opened again after an error that says that the file is not what it was.
 */
export class Database {
  readonly path: string;
  readonly #mayCreate: () => boolean;
  #connection: BetterSqlite3.Database | undefined;
  #statements = new Map<string, BetterSqlite3.Statement>();

  /** `mayCreate` tells whether an absent file is made: on the primary only. */
  constructor(path: string, mayCreate: () => boolean = () => true) {
    this.path = path;
    this.#mayCreate = mayCreate;
  }

  /** The open connection. Throws the problem `not-ready` while there is no file. */
  get connection(): BetterSqlite3.Database {
    this.#connection ??= this.#guard(() => open(this.path, this.#mayCreate()));
    return this.#connection;
  }

  /** The statement of a text, prepared once. SQLite itself prepares it again after the schema changed. */
  statement<Row = unknown>(sql: string): Statement<Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<Row>;
  }

  /**
   * Runs reads in one transaction: they see one state of the database, and on LiteFS's mount ten reads in one
   * transaction cost little more than one, because each transaction takes its locks through FUSE.
   */
  read<Result>(work: () => Result): Result {
    return this.#guard(() => this.connection.transaction(work).deferred());
  }

  /** Runs writes in one transaction which takes the write lock at its start, so that it never has to be run twice. */
  write<Result>(work: () => Result): Result {
    return this.#guard(() => this.connection.transaction(work).immediate());
  }

  /** Closes the connection. The next use opens another. */
  close(): void {
    this.#statements.clear();
    this.#connection?.close();
    this.#connection = undefined;
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (isBroken(error) && !this.#connection?.inTransaction) this.close();
      throw translateSqliteError(error);
    }
  }
}

function open(path: string, create: boolean): BetterSqlite3.Database {
  const connection = new BetterSqlite3(path, { fileMustExist: !create, timeout: BUSY_TIMEOUT_MS });
  connection.pragma('foreign_keys = ON');
  return connection;
}
