import type { Committer } from '../../liteset/group-commit/committer.ts';
import type { NewInvoice } from '../model/schemas.ts';
import type { Created, WriteName } from './writes.ts';

/** The writes of requests, by their types. Each is answered when it is committed. */
export class Writer {
  readonly #committer: Pick<Committer, 'run'>;

  constructor(committer: Pick<Committer, 'run'>) {
    this.#committer = committer;
  }

  /** Writes an invoice once for each key, see `once` and `createInvoice`. */
  createInvoice(key: string | undefined, input: NewInvoice): Promise<Created> {
    return this.#commit('createInvoice', [key, input]) as Promise<Created>;
  }

  /** Deletes an invoice, see `deleteInvoice`. */
  deleteInvoice(id: number): Promise<void> {
    return this.#commit('deleteInvoice', [id]) as Promise<void>;
  }

  #commit(name: WriteName, values: readonly unknown[]): Promise<unknown> {
    return this.#committer.run(name, values);
  }
}
