import type { Database } from '../database/database.ts';
import { Group, type Outcome } from '../liteset/group.ts';
import { GroupCommit, type GroupOptions } from '../liteset/group-commit.ts';
import { writeAlone } from '../liteset/write-alone.ts';
import type { WriterThread } from '../liteset/writer-thread.ts';
import type { NewInvoice } from './schemas.ts';
import { type Created, type WriteName, write } from './writes.ts';

/** How the writes of requests are done. */
export interface WriterOptions {
  /** The thread that does them, see `thread.ts`. Default: they are done on the database's own connection. */
  thread?: WriterThread | undefined;
  /** Whether a request has nobody beside it whom it would hold up. Default: it never is known to. */
  isLone?: () => boolean;
  /** How large a group becomes without a thread, and what the position is. */
  group?: GroupOptions;
}

/** Does the writes of requests, those of the same moment in one transaction. Each is answered when it is committed. */
export class Writer {
  readonly #database: Database;
  readonly #thread: WriterThread | undefined;
  readonly #isLone: () => boolean;
  readonly #group: GroupCommit;
  readonly #groupOfOne: Group;

  constructor(database: Database, { thread, isLone = () => false, group = {} }: WriterOptions = {}) {
    this.#database = database;
    this.#thread = thread;
    this.#isLone = isLone;
    this.#group = new GroupCommit(() => database.connection, group);
    this.#groupOfOne = new Group({ maxGroup: 1, maxMs: Number.POSITIVE_INFINITY }, group.version);
  }

  /** Writes an invoice once for each key, see `once` and `createInvoice`. */
  createInvoice(key: string | undefined, input: NewInvoice): Promise<Created> {
    return this.#commit('createInvoice', [key, input]) as Promise<Created>;
  }

  /** Deletes an invoice, see `deleteInvoice`. */
  deleteInvoice(id: number): Promise<void> {
    return this.#commit('deleteInvoice', [id]) as Promise<void>;
  }

  async #commit(name: WriteName, values: readonly unknown[]): Promise<unknown> {
    if (this.#thread) return this.#thread.run(name, values, () => this.#alone(name, values));
    try {
      return await this.#group.run(() => write(this.#database, name, values));
    } catch (error) {
      throw this.#database.explain(error);
    }
  }

  #alone(name: WriteName, values: readonly unknown[]): Outcome | undefined {
    if (!this.#isLone()) return undefined;
    const outcome = writeAlone(
      this.#groupOfOne,
      () => this.#database.connection,
      () => write(this.#database, name, values),
    );
    return outcome && 'error' in outcome ? { error: this.#database.explain(outcome.error) } : outcome;
  }
}
