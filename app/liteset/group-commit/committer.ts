import type { Arrivals } from './arrivals.ts';
import { DEFAULT_LIMITS, Group, type GroupLimits, type Outcome } from './group.ts';
import { GroupCommit } from './group-commit.ts';
import { writeAlone } from './write-alone.ts';
import { WriterThread } from './writer-thread.ts';
import type { Writes } from './writes.ts';

/** How an application's writes are done. One of `thread` and `here` must be there. */
export interface CommitterOptions {
  /** The thread that does them: path of its program, which calls `serveWrites`, and what that finds in `workerData`. Default: none. */
  thread?: { readonly program: string; readonly data: unknown } | undefined;
  /**
   * Does the same writes in this process: those that find nobody beside them, or all if there is no thread. Default: the thread does all.
   */
  here?: Writes | undefined;
  /** How large a group becomes without a thread. */
  limits?: Partial<GroupLimits>;
  /** How many writes may wait, or be done now. One more is refused with 503 at once. Default: 1,000. */
  maxQueue?: number;
}

/** What Liteset adds. */
export interface CommitterParts {
  arrivals: Pick<Arrivals, 'ifIdle'>;
  /** `Liteset.version`, which has to change with a commit. */
  version: () => string | undefined;
}

/**
 * Does the writes of requests, those of the same moment in one transaction, since on LiteFS a commit costs milliseconds and a statement
 * microseconds: in a thread, where requests are read while SQLite and LiteFS commit. A write with nobody beside it is done in this
 * process at once: to the thread and back is a way that saves it nothing.
 */
export class Committer {
  readonly #arrivals: CommitterParts['arrivals'];
  readonly #here: Writes | undefined;
  readonly #thread: WriterThread | undefined;
  readonly #group: GroupCommit | undefined;
  readonly #groupOfOne: Group;

  constructor({ thread, here, limits, maxQueue = 1_000 }: CommitterOptions, { arrivals, version }: CommitterParts) {
    if (!thread && !here) throw new Error('A Committer needs a thread, or `here`: how to write without one.');
    this.#arrivals = arrivals;
    this.#here = here;
    if (thread) this.#thread = new WriterThread({ ...thread, maxQueue });
    else if (here)
      this.#group = new GroupCommit(() => here.connection(), { ...DEFAULT_LIMITS, ...limits, maxQueue, version });
    this.#groupOfOne = new Group({ maxGroup: 1, maxMs: Number.POSITIVE_INFINITY }, version);
  }

  /**
   * Does a write. Resolves to what it returned, when that is committed.
   *
   * @throws what the write threw: nothing is left of it. From the thread it is a Problem if it was one, else an error with its message and
   * SQLite's code. Or what SQLite said when the whole transaction failed; or the Problem `write-queue-full`, with `Retry-After`, if too
   * many wait: it was not run then.
   */
  async run(name: string, values: readonly unknown[]): Promise<unknown> {
    const here = this.#here;
    if (this.#thread) return this.#thread.run(name, values, here && (() => this.#ifIdle(here, name, values)));
    try {
      return await this.#group?.run(() => here?.write(name, values));
    } catch (error) {
      throw explained(here, error);
    }
  }

  /** Whether a commit may go on while a request is served: in a thread. */
  get isConcurrent(): boolean {
    return this.#thread !== undefined;
  }

  /**
   * Settles when the commit has ended that the thread is in; undefined while there is none. SQLite shows a commit before LiteFS has it:
   * what is read meanwhile may be newer than LiteFS's position. Ask after the read.
   */
  get commitInProgress(): Promise<void> | undefined {
    return this.#thread?.commitInProgress;
  }

  /** How long the thread has been at its group, in milliseconds; 0 if it has nothing to do. */
  get busyMs(): number {
    return this.#thread?.busyMs ?? 0;
  }

  /** Has the thread close its connection, and waits for that. The next write opens another. See `Liteset.onBecomePrimary`. */
  reopen(): void {
    this.#thread?.reopen();
  }

  /** Ends the thread when it has done what it was given. */
  async close(): Promise<void> {
    await this.#thread?.close();
  }

  /** Does a write in this process; undefined if somebody is beside it, or has SQLite's lock: nothing was done. */
  #ifIdle(here: Writes, name: string, values: readonly unknown[]): Outcome | undefined {
    const write = () => here.write(name, values);
    const outcome = this.#arrivals.ifIdle(() => writeAlone(this.#groupOfOne, () => here.connection(), write));
    return outcome && 'error' in outcome ? { error: explained(here, outcome.error) } : outcome;
  }
}

const explained = (here: Writes | undefined, error: unknown): unknown => (here?.explain ? here.explain(error) : error);
