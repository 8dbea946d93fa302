import { Group, type Outcome } from '../../liteset/group-commit/group.ts';
import { GroupCommit, type GroupOptions } from '../../liteset/group-commit/group-commit.ts';
import { writeAlone } from '../../liteset/group-commit/write-alone.ts';
import type { WriterThread } from '../../liteset/group-commit/writer-thread.ts';
import type { Liteset } from '../../liteset/liteset.ts';
import type { Database } from '../database/database.ts';
import type { NewInvoice } from '../model/schemas.ts';
import { type Created, type WriteName, write } from './writes.ts';

/** How the writes of requests are done. */
export interface WriterOptions {
  /** The thread that does them, see `thread.ts`. Default: they are done on the database's own connection. */
  thread?: WriterThread | undefined;
  /** `Liteset.alone`. Default: there may always be somebody else. */
  alone?: Liteset['alone'];
  /** How large a group becomes without a thread, and what the position is. */
  group?: GroupOptions;
}

/** Does the writes of requests, those of the same moment in one transaction. Each is answered when it is committed. */
export class Writer {
  readonly #database: Database;
  readonly #thread: WriterThread | undefined;
  readonly #whenAlone: Liteset['alone'];
  readonly #group: GroupCommit;
  readonly #groupOfOne: Group;

  constructor(database: Database, { thread, alone = () => undefined, group = {} }: WriterOptions = {}) {
    this.#database = database;
    this.#thread = thread;
    this.#whenAlone = alone;
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
    const [database, group] = [this.#database, this.#groupOfOne];
    const work = () => write(database, name, values);
    const outcome = this.#whenAlone(() => writeAlone(group, () => database.connection, work));
    return outcome && 'error' in outcome ? { error: this.#database.explain(outcome.error) } : outcome;
  }
}
