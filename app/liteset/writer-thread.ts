import { Worker } from 'node:worker_threads';
import { type OutcomeMessage, understand } from './outcome-message.ts';
import { settle, type WaitingWrite, writeQueueFull } from './waiting-write.ts';

/** A write by its name, and what it is given. */
export interface Call {
  readonly name: string;
  readonly values: readonly unknown[];
}
/** What the thread is told: to do writes, or to close its connection and then set the flag. */
export type Order = { readonly run: readonly Call[] } | { readonly close: Int32Array };
/** How the writes ended, from the first on; the rest was not begun. */
export type Report = readonly OutcomeMessage[];

/** How the thread is set up. */
export interface WriterThreadOptions {
  /** Path of its program, which calls `serveWrites`. */
  program: string;
  /** What that finds in `workerData`. */
  data: unknown;
  /** How many writes may wait. One more is refused with 503 at once. Default: 1,000. */
  maxQueue?: number;
}

interface Waiting extends WaitingWrite {
  readonly call: Call;
}

interface Group {
  readonly writes: readonly Waiting[];
  readonly began: number;
  readonly ended: PromiseWithResolvers<void>;
}

/** How long the thread may take to close its connection, in milliseconds: it may be in a commit. */
const CLOSE_MS = 2_000;

/**
 * Group commit in a thread of its own: while SQLite and LiteFS commit, the requests that arrive are read, and those before are
 * answered. Writes that are there when the group before has ended are the next group. Since another connection may see a
 * commit before LiteFS has it, reads have to know of `underWay`, see `LitesetOptions.underWay`.
 */
export class WriterThread {
  readonly #worker: Worker;
  readonly #maxQueue: number;
  #waiting: Waiting[] = [];
  #group: Group | undefined;

  constructor({ program, data, maxQueue = 1_000 }: WriterThreadOptions) {
    this.#maxQueue = maxQueue;
    this.#worker = new Worker(program, { workerData: data });
    this.#worker.on('message', (report: Report) => this.#take(report));
    // A thread that ends by itself has met what nobody foresaw: so does the process.
    this.#worker.on('error', (error) => {
      throw error;
    });
  }

  /** Settles when the group is committed or undone that the thread has now; undefined if it has none. */
  get underWay(): Promise<void> | undefined {
    return this.#group?.ended.promise;
  }

  /** How long the thread has been at its group, in milliseconds; 0 if it has none. */
  get busyMs(): number {
    return this.#group ? performance.now() - this.#group.began : 0;
  }

  /**
   * Does a write in the transaction of the next group. Resolves to what it returned, when that is committed.
   *
   * @throws what the write threw, as a Problem if it was one, else as an error with its message and SQLite's code; or the
   * Problem `write-queue-full`, with `Retry-After`, if too many wait: it was not run then.
   */
  run(name: string, values: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= this.#maxQueue) {
        reject(writeQueueFull(this.#waiting.length));
        return;
      }
      this.#waiting.push({ call: { name, values }, resolve, reject });
      if (this.#waiting.length === 1 && !this.#group) setImmediate(() => this.#begin());
    });
  }

  /** Has the thread close its connection, and waits for that. The next write opens another. */
  reopen(): void {
    const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.#worker.postMessage({ close: flag } satisfies Order);
    Atomics.wait(flag, 0, 0, CLOSE_MS);
  }

  /** Ends the thread when it has done what it was given. */
  async close(): Promise<void> {
    while (this.#group) await this.#group.ended.promise;
    await this.#worker.terminate();
  }

  #begin(): void {
    if (this.#group || this.#waiting.length === 0) return;
    this.#group = { writes: this.#waiting, began: performance.now(), ended: Promise.withResolvers() };
    this.#waiting = [];
    this.#worker.postMessage({ run: this.#group.writes.map(({ call }) => call) } satisfies Order);
  }

  #take(report: Report): void {
    const group = this.#group;
    if (!group) throw new Error('The thread reports writes that it was not given.');
    this.#group = undefined;
    this.#waiting = [...group.writes.slice(report.length), ...this.#waiting];
    // Before anybody who is answered can come back with another write.
    this.#begin();
    group.ended.resolve();
    for (const [i, told] of report.entries()) settle(group.writes[i] as Waiting, understand(told));
  }
}
