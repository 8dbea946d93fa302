import type { Database } from 'better-sqlite3';
import { DEFAULT_LIMITS, Group } from './group.ts';
import { settle, type WaitingWrite, writeQueueFull } from './waiting-write.ts';

/** How large a group may become. */
export interface GroupOptions {
  /** How many writes one transaction takes at the most; 1 gives each its own. Default: 64. */
  maxGroup?: number;
  /** After how much work the transaction is committed and the rest goes into the next one, in milliseconds. Default: 20. */
  maxMs?: number;
  /** How many writes may wait. One more is refused with 503 at once. Default: 1,000. */
  maxQueue?: number;
  /** `Liteset.version`, which has to change with a commit. Default: nobody knows it, and SQLite's word is taken. */
  version?: () => string | undefined;
}

interface QueuedWrite extends WaitingWrite {
  write(): unknown;
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
  readonly #group: Group;
  readonly #maxQueue: number;
  readonly #queue: QueuedWrite[] = [];

  /** `connection` is asked for each group, so that an application can open its database anew. */
  constructor(connection: () => Database, { maxQueue = 1_000, version, ...limits }: GroupOptions = {}) {
    this.#connection = connection;
    this.#group = new Group({ ...DEFAULT_LIMITS, ...limits }, version);
    this.#maxQueue = maxQueue;
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
      if (this.#queue.length >= this.#maxQueue) {
        reject(writeQueueFull(this.#queue.length));
        return;
      }
      this.#queue.push({ write, resolve: resolve as QueuedWrite['resolve'], reject });
      if (this.#queue.length === 1) setImmediate(() => this.#runGroup());
    });
  }

  #runGroup(): void {
    const outcomes = this.#group.run(
      this.#connection,
      this.#queue.map(({ write }) => write),
    );
    const ended = this.#queue.splice(0, outcomes.length);
    // Before anybody who is answered can come back with another write.
    if (this.#queue.length > 0) setImmediate(() => this.#runGroup());
    for (const [i, outcome] of outcomes.entries()) settle(ended[i] as QueuedWrite, outcome);
  }
}
