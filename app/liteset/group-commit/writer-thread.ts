import { Worker } from 'node:worker_threads';
import type { Outcome } from './group.ts';
import { fromMessage } from './outcome-message.ts';
import type { FromThread, ToThread, WriteCall } from './protocol.ts';
import { settle, type WaitingWrite, writeQueueFull } from './waiting-write.ts';

/** How the thread is set up. */
export interface WriterThreadOptions {
  /** Path of its program, which calls `serveWrites`. */
  program: string;
  /** What that finds in `workerData`. */
  data: unknown;
  /** How many writes may wait, or be done now. One more is refused with 503 at once. Default: 1,000. */
  maxQueue?: number;
}

/** Does a write in the thread that calls, and says how it ended; undefined if it did nothing. */
export type Here = () => Outcome | undefined;

interface SentWrite extends WaitingWrite {
  readonly call: WriteCall;
  readonly here: Here | undefined;
}

/** How long is waited for the thread to close its connection, in milliseconds: it may be in a commit, and closes it before its next write. */
const CLOSE_MS = 200;

const shared = (): Int32Array => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * Group commit in a thread of its own: while SQLite and LiteFS commit, the requests that arrive are read, and those before are
 * answered. What the thread has been given while it was at one group is the next: it need not wait until this one has taken
 * its report. Since another connection may see a commit before LiteFS has it, reads have to know of `commitInProgress`.
 */
export class WriterThread {
  readonly #worker: Worker;
  readonly #maxQueue: number;
  /** Writes of this turn of the event loop. */
  #unsent: SentWrite[] = [];
  /** Writes that the thread has, in its order. */
  readonly #sent: SentWrite[] = [];
  /** The number of the last group that the thread has begun, which it writes here before: a message could come too late. */
  readonly #begun = shared();
  /** The number of the last group that it has reported. */
  #reported = 0;
  readonly #ends = new Map<number, PromiseWithResolvers<void>>();
  #busySince = 0;

  constructor({ program, data, maxQueue = 1_000 }: WriterThreadOptions) {
    this.#maxQueue = maxQueue;
    this.#worker = new Worker(program, { workerData: data });
    this.#worker.on('message', (report: FromThread) => this.#take(report));
    // A thread that ends by itself has met what nobody foresaw: so does the process.
    this.#worker.on('error', (error) => {
      throw error;
    });
    this.#tell({ begun: this.#begun });
  }

  /**
   * Settles when all that another connection may see by now is committed or undone; undefined if it is. Ask after the read.
   */
  get commitInProgress(): Promise<void> | undefined {
    const group = Atomics.load(this.#begun, 0);
    return group === this.#reported ? undefined : this.#endOf(group);
  }

  /** How long the thread has been at its group, in milliseconds; 0 if it has nothing to do. */
  get busyMs(): number {
    return this.#sent.length > 0 ? performance.now() - this.#busySince : 0;
  }

  /**
   * Does a write in the transaction of the next group. Resolves to what it returned, when that is committed.
   *
   * @param here does the same in this thread. It is asked first if no other write is there: to the thread and back is a way that
   * saves a lone write nothing.
   * @throws what the write threw, as a Problem if it was one, else as an error with its message and SQLite's code; or the
   * Problem `write-queue-full`, with `Retry-After`, if too many wait: it was not run then.
   */
  run(name: string, values: readonly unknown[], here?: Here): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting = this.#unsent.length + this.#sent.length;
      if (waiting >= this.#maxQueue) {
        reject(writeQueueFull(waiting));
        return;
      }
      this.#unsent.push({ call: { name, values }, here, resolve, reject });
      if (this.#unsent.length === 1) setImmediate(() => this.#send());
    });
  }

  /** Has the thread close its connection, and waits for that. The next write opens another. */
  reopen(): void {
    const flag = shared();
    this.#tell({ close: flag });
    Atomics.wait(flag, 0, 0, CLOSE_MS);
  }

  /** Ends the thread when it has done what it was given. */
  async close(): Promise<void> {
    while (this.#sent.length > 0) await this.#endOf(this.#reported + 1);
    await this.#worker.terminate();
  }

  #send(): void {
    if (this.#sent.length === 0) {
      if (this.#doneHere()) return;
      this.#busySince = performance.now();
    }
    this.#tell({ run: this.#unsent.map(({ call }) => call) });
    this.#sent.push(...this.#unsent);
    this.#unsent = [];
  }

  #doneHere(): boolean {
    const [only, another] = this.#unsent;
    const outcome = another ? undefined : only?.here?.();
    if (!only || !outcome) return false;
    this.#unsent = [];
    settle(only, outcome);
    return true;
  }

  #take({ group, outcomes }: FromThread): void {
    const ended = this.#sent.splice(0, outcomes.length);
    this.#busySince = performance.now();
    this.#reported = group;
    this.#ends.get(group)?.resolve();
    this.#ends.delete(group);
    for (const [i, message] of outcomes.entries()) settle(ended[i] as SentWrite, fromMessage(message));
  }

  #endOf(group: number): Promise<void> {
    const end = this.#ends.get(group) ?? Promise.withResolvers();
    this.#ends.set(group, end);
    return end.promise;
  }

  #tell(order: ToThread): void {
    this.#worker.postMessage(order);
  }
}
