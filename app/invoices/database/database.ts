import BetterSqlite3 from 'better-sqlite3';
import { LockGuard } from '../../liteset/reads/lock-guard.ts';
import type { LongReads } from '../../liteset/reads/long-reads.ts';
import { SharedReads } from '../../liteset/reads/shared-reads.ts';
import { isBroken, translateSqliteError } from './sqlite-errors.ts';

/** One prepared statement; see better-sqlite3. */
export type Statement<Row> = BetterSqlite3.Statement<unknown[], Row>;

/**
 * How long SQLite waits for a lock, in milliseconds, unless it is told otherwise: nobody is answered meanwhile. On a replica LiteFS holds
 * the locks while it applies a transaction, which takes a few milliseconds, and on a busy machine a hundred times as long.
 */
const BUSY_MS = 1_000;

/** How a database is used. */
export interface DatabaseOptions {
  /** Whether an absent file is made: on the primary only. Default: it is. */
  mayCreate?: () => boolean;
  /** What the file holds now, as `Liteset.version` tells it. Default: nobody knows, and reads share no transaction. */
  version?: () => string | undefined;
  /** How long it waits for a lock, in milliseconds. Default: 1,000. */
  busyMs?: number;
  /** Runs the reads that may take long. Default: nobody does, and they are run as any other. */
  aside?: LongReads;
}

/**
 * The service's one connection. It is opened by the first use, since on a replica the file arrives by replication
 * some time after the start, and opened again after an error that says that the file is not what it was.
 */
export class Database {
  readonly path: string;
  readonly #mayCreate: () => boolean;
  readonly #reads: SharedReads;
  readonly #busyMs: number;
  readonly #aside: LongReads | undefined;
  readonly #locks: LockGuard | undefined;
  #connection: BetterSqlite3.Database | undefined;
  #statements = new Map<string, BetterSqlite3.Statement>();

  constructor(path: string, { mayCreate = () => true, version = () => undefined, ...options }: DatabaseOptions = {}) {
    this.path = path;
    this.#mayCreate = mayCreate;
    this.#reads = new SharedReads(() => this.#open(), version);
    const { aside, busyMs = BUSY_MS } = options;
    this.#busyMs = busyMs;
    this.#aside = aside;
    this.#locks = aside && new LockGuard(() => aside.all('SELECT 1 FROM sqlite_schema LIMIT 1', []));
  }

  /**
   * The open connection, in no transaction but the caller's. Throws the problem `not-ready` while there is no file, and SQLITE_BUSY while
   * a lock is known to be held for long.
   */
  get connection(): BetterSqlite3.Database {
    this.#locks?.check();
    const connection = this.#guard(() => this.#open());
    this.#reads.end();
    return connection;
  }

  /** The statement of a text, prepared once. SQLite itself prepares it again after the schema changed. */
  statement<Row = unknown>(sql: string): Statement<Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#guard(() => this.#open()).prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<Row>;
  }

  /** Runs reads in one transaction, so that they see one state of the database; others of the same moment may share it. */
  read<Result>(work: () => Result): Result {
    return this.#guard(() => (this.#locks ? this.#locks.run(() => this.#reads.run(work)) : this.#reads.run(work)));
  }

  /**
   * Runs writes in one transaction which takes the write lock at its start, so that it never has to be run twice. Within
   * another write they are part of that one: an error must undo it all.
   */
  write<Result>(work: () => Result): Result {
    if (this.#reads.inside) throw new Error('A read must not write.');
    return this.#guard(() => {
      const { connection } = this;
      return connection.inTransaction ? work() : connection.transaction(work).immediate();
    });
  }

  /** All rows of a statement that may take long: others do not wait for it, and LiteFS only for a bounded time. */
  async readAside<Row>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    if (!this.#aside) return this.read(() => this.statement<Row>(sql).all(...values));
    try {
      return await this.#aside.all<Row>(sql, values);
    } catch (error) {
      throw translateSqliteError(error);
    }
  }

  /** What to throw instead of an error of this connection. One that is of no use any more is closed. */
  explain(error: unknown): unknown {
    if (isBroken(error) && !this.#connection?.inTransaction) this.close();
    return translateSqliteError(error);
  }

  /** Closes the connection. The next use opens another. */
  close(): void {
    this.#statements.clear();
    this.#connection?.close();
    this.#connection = undefined;
  }

  #open(): BetterSqlite3.Database {
    if (this.#connection?.open) return this.#connection;
    this.#statements.clear();
    this.#connection = open(this.path, this.#mayCreate(), this.#busyMs);
    return this.#connection;
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw this.explain(error);
    }
  }
}

function open(path: string, create: boolean, timeout: number): BetterSqlite3.Database {
  const connection = new BetterSqlite3(path, { fileMustExist: !create, timeout });
  connection.pragma('foreign_keys = ON');
  return connection;
}
