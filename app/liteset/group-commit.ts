import type { Database } from 'better-sqlite3';
import { endsTransaction } from './ends-transaction.ts';
import { Problem } from './problem.ts';
import { problems, RETRY_AFTER } from './problems.ts';

/** How large a group may become. */
export interface GroupOptions {
  /** How many writes one transaction takes at the most; 1 gives each its own. Default: 64. */
  maxGroup?: number;
  /** After how much work the transaction is committed and the rest goes into the next one, in milliseconds. Default: 20. */
  maxMs?: number;
  /** How many writes may wait. One more is refused with 503 at once. Default: 1,000. */
  maxQueue?: number;
}

interface Waiting {
  write(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Group commit: the writes that are there at the same moment share one transaction, since on LiteFS a commit costs
 * milliseconds and a statement microseconds. To each writer it looks as if it had a transaction of its own: they run in
 * the order of arrival, each in a savepoint, so that one that throws is undone alone; nobody is answered before the
 * commit; and nothing else of this connection comes in between. A lone writer waits for nobody: the group is run at the
 * end of the turn of the event loop in which its first write arrived.
 *
 * @example
 * const group = new GroupCommit(() => db);
 * const id = await group.run(() => insert.run(text).lastInsertRowid);
 */
export class GroupCommit {
  readonly #connection: () => Database;
  readonly #limits: Required<GroupOptions>;
  #queue: Waiting[] = [];
  /** Runs a write in a savepoint of a connection; kept, since making it costs as much as a statement. */
  #nested: { of: Database; run(write: () => unknown): unknown } | undefined;

  /** `connection` is asked for each group, so that an application can open its database anew. */
  constructor(connection: () => Database, { maxGroup = 64, maxMs = 20, maxQueue = 1_000 }: GroupOptions = {}) {
    this.#connection = connection;
    this.#limits = { maxGroup, maxMs, maxQueue };
  }

  /**
   * Runs a write in the transaction of the next group. It must be synchronous, must not begin or end transactions
   * (`db.transaction` inside is fine), and runs once. Resolves to what it returned, when that is committed.
   *
   * @throws what the write threw: nothing is left of it; or what SQLite said when the whole transaction failed; or the
   * Problem `write-queue-full`, with `Retry-After`, if too many wait: it was not run then.
   */
  run<Result>(write: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length >= this.#limits.maxQueue) {
        const detail = `${this.#queue.length} writes wait for the database already. Nothing was written.`;
        reject(new Problem(problems.writeQueueFull, detail, { headers: RETRY_AFTER }));
        return;
      }
      this.#queue.push({ write, resolve: resolve as Waiting['resolve'], reject });
      if (this.#queue.length === 1) setImmediate(() => this.#runGroup());
    });
  }

  /** Runs one write of a group, so that nothing is left of it if it throws. */
  protected attempt(connection: Database, write: () => unknown): unknown {
    if (this.#nested?.of !== connection) {
      this.#nested = { of: connection, run: connection.transaction((work: () => unknown) => work()) };
    }
    return this.#nested.run(write);
  }

  #runGroup(): void {
    const settled: (() => void)[] = [];
    const begun: Waiting[] = [];
    try {
      const connection = this.#connection();
      connection.transaction(() => this.#fill(connection, begun, settled)).immediate();
    } catch (error) {
      // Also those that had failed by themselves: they may have met a row that was never committed. If the transaction
      // could not even begin, no write has: the next ones are told so, instead of trying for ever.
      const failed = begun.length > 0 ? begun : this.#queue.splice(0, this.#limits.maxGroup);
      settled.splice(
        0,
        settled.length,
        ...failed.map(
          ({ reject }) =>
            () =>
              reject(error),
        ),
      );
    }
    // Before anybody who is answered can come back with another write.
    if (this.#queue.length > 0) setImmediate(() => this.#runGroup());
    for (const settle of settled) settle();
  }

  /** Runs writes until the group is full, and notes in `settled` how each is answered once they are committed. */
  #fill(connection: Database, begun: Waiting[], settled: (() => void)[]): void {
    const { maxGroup, maxMs } = this.#limits;
    const end = performance.now() + maxMs;
    let taken = 0;
    try {
      do {
        const waiting = this.#queue[taken++] as Waiting;
        begun.push(waiting);
        try {
          const value = this.attempt(connection, waiting.write);
          settled.push(() => waiting.resolve(value));
        } catch (error) {
          if (!connection.inTransaction || endsTransaction(error)) throw error;
          settled.push(() => waiting.reject(error));
        }
      } while (taken < this.#queue.length && taken < maxGroup && performance.now() < end);
    } finally {
      this.#queue = this.#queue.slice(taken);
    }
  }
}
