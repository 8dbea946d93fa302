import { type ChildProcess, fork } from 'node:child_process';
import { Problem } from '../problem/problem.ts';
import { problems, RETRY_AFTER } from '../problem/types.ts';
import type { LongAnswer, LongRead } from './long-read-process.ts';

/** How long reads are run. */
export interface LongReadOptions {
  /** Path of the database file. */
  database: string;
  /** How long a read may take, in milliseconds. Default: 1,000. */
  maxMs?: number;
  /** How many may wait. Default: 32. */
  maxQueue?: number;
}

interface QueuedRead extends LongRead {
  resolve(rows: unknown[]): void;
  reject(error: unknown): void;
}

/** The program of the process, beside this file: TypeScript in the repository, JavaScript in the package. */
const PROGRAM = import.meta.filename.replace(/long-reads(?=\.[jt]s$)/, 'long-read-process');
/** How long the process stays when nobody reads, in milliseconds: it costs memory. */
const IDLE_MS = 60_000;

/**
 * Runs reads that may take long in a process of its own, so that others need not wait. On a replica LiteFS waits for
 * readers before it applies what has arrived, and nothing but its end stops a statement in the middle: a read that takes
 * longer than it may is ended with its process. So no read holds replication up for longer than that.
 */
export class LongReads {
  readonly #options: Required<LongReadOptions>;
  readonly #queue: QueuedRead[] = [];
  #process: ChildProcess | undefined;
  #isReady = false;
  #current: QueuedRead | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ maxMs = 1_000, maxQueue = 32, ...options }: LongReadOptions) {
    this.#options = { maxMs, maxQueue, ...options };
  }

  /**
   * All rows of a statement.
   *
   * @throws Problem `read-too-long` or `too-many-long-reads`, or an error with the code that SQLite gave.
   */
  all<Row>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length >= this.#options.maxQueue) {
        const detail = `${this.#queue.length} long reads wait already.`;
        reject(new Problem(problems.tooManyLongReads, detail, { headers: RETRY_AFTER }));
        return;
      }
      this.#queue.push({ sql, values: [...values], resolve: resolve as QueuedRead['resolve'], reject });
      this.#next();
    });
  }

  /** Ends the process, and what it reads. */
  close(): void {
    this.#end(new Error('The database is closed.'));
  }

  #next(): void {
    if (this.#current) return;
    clearTimeout(this.#timer);
    this.#current = this.#queue.shift();
    if (!this.#current) {
      this.#timer = setTimeout(() => this.close(), IDLE_MS).unref();
      return;
    }
    this.#process ??= this.#start();
    if (this.#isReady) this.#send(this.#process, this.#current);
  }

  #send(child: ChildProcess, { sql, values }: QueuedRead): void {
    const { maxMs } = this.#options;
    child.send({ sql, values } satisfies LongRead);
    const tooLong = () => new Problem(problems.readTooLong, `It took longer than ${maxMs} ms. Ask for less.`);
    this.#timer = setTimeout(() => this.#end(tooLong()), maxMs);
  }

  #start(): ChildProcess {
    const child = fork(PROGRAM, [this.#options.database], { serialization: 'advanced' });
    child.on('message', (answer: LongAnswer) => {
      if (answer === 'ready') {
        this.#isReady = true;
        if (this.#current) this.#send(child, this.#current);
        return;
      }
      clearTimeout(this.#timer);
      const { resolve, reject } = this.#current as QueuedRead;
      this.#current = undefined;
      if ('rows' in answer) resolve(answer.rows);
      else reject(Object.assign(new Error(answer.message), { code: answer.code }));
      this.#next();
    });
    const ended = (error = new Error('The process of long reads ended.')) => {
      if (this.#process === child) this.#end(error);
    };
    child.on('exit', () => ended());
    // It could not be started, as without memory, or has gone just when it was to be asked.
    child.on('error', ended);
    return child;
  }

  /** Ends the process, tells whoever waits for it, and goes on with the next. */
  #end(error: Error): void {
    clearTimeout(this.#timer);
    this.#process?.removeAllListeners('message').kill('SIGKILL');
    this.#process = undefined;
    this.#isReady = false;
    const current = this.#current;
    this.#current = undefined;
    current?.reject(error);
    if (this.#queue.length > 0) this.#next();
  }
}
