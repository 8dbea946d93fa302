import type { Database, Statement } from 'better-sqlite3';

interface Open {
  connection: Database;
  version: string;
  began: number;
}

/**
 * Shared reads: the reads of one turn of the event loop run in one read transaction, since on LiteFS the locks of a
 * transaction cost a hundred times as much as a read by key. No read sees less than one in a transaction of its own: one
 * joins only if LiteFS's position is still what it was before the transaction began. A write of the same connection must
 * end the transaction first.
 */
export class SharedReads {
  readonly #connection: () => Database;
  readonly #version: () => string | undefined;
  readonly #maxMs: number;
  readonly #statements = new WeakMap<Database, { begin: Statement; commit: Statement }>();
  #open: Open | undefined;
  #inside = false;

  /**
   * `version` tells what the database holds: equal texts, equal contents; it is `Liteset.version`. While it is undefined,
   * each read has a transaction of its own. `maxMs` is how long reads may join a transaction, in milliseconds: LiteFS on
   * a replica waits for its end before it applies what has arrived.
   */
  constructor(connection: () => Database, version: () => string | undefined, maxMs = 5) {
    this.#connection = connection;
    this.#maxMs = maxMs;
    this.#version = version;
  }

  /** Whether a read is being run now. */
  get inside(): boolean {
    return this.#inside;
  }

  /** Runs a read, which must be synchronous. Within a transaction of the application it is just run. */
  run<Result>(read: () => Result): Result {
    if (this.#inside) return read();
    const connection = this.#connection();
    if (!this.#open && connection.inTransaction) return read();
    const version = this.#version();
    if (this.#open && !this.#mayJoin(this.#open, connection, version)) this.end();
    if (!this.#open) {
      if (version === undefined) return connection.transaction(read).deferred();
      this.#begin(connection, version);
    }
    this.#inside = true;
    try {
      return read();
    } catch (error) {
      this.#inside = false;
      // What SQLite itself complains about may be the transaction.
      if ((error as { code?: unknown } | undefined)?.code !== undefined) this.end();
      throw error;
    } finally {
      this.#inside = false;
    }
  }

  /** Ends the transaction, if one is open and no read is being run. */
  end(): void {
    if (!this.#open || this.#inside) return;
    const { connection } = this.#open;
    this.#open = undefined;
    if (!connection.inTransaction) return;
    try {
      this.#prepared(connection).commit.run();
    } catch {
      // A connection that cannot even end a read is of no use any more, and must not hold LiteFS up.
      connection.close();
    }
  }

  #mayJoin({ connection, version, began }: Open, current: Database, now: string | undefined): boolean {
    return (
      connection === current && version === now && performance.now() - began < this.#maxMs && connection.inTransaction
    );
  }

  #begin(connection: Database, version: string): void {
    this.#prepared(connection).begin.run();
    this.#open = { connection, version, began: performance.now() };
    setImmediate(() => this.end());
  }

  #prepared(connection: Database): { begin: Statement; commit: Statement } {
    let statements = this.#statements.get(connection);
    if (!statements) {
      statements = { begin: connection.prepare('BEGIN DEFERRED'), commit: connection.prepare('COMMIT') };
      this.#statements.set(connection, statements);
    }
    return statements;
  }
}
