import type { Logger } from 'pino';
import type { Elector } from './core/elector.ts';

/** Logs who holds the lease when that changes, and keeps which other pod did last. */
export class Holders {
  readonly #elector: Elector;
  readonly #logger: Logger;
  #holder: string | undefined;
  #former: string | undefined;

  constructor(elector: Elector, logger: Logger) {
    this.#elector = elector;
    this.#logger = logger;
  }

  /** The other pod that was primary last; undefined if none was since this process began. */
  get former(): string | undefined {
    return this.#former;
  }

  /** Takes in the Lease as it is known now. */
  look(): void {
    const record = this.#elector.observed.known?.record;
    if (record === undefined || record.holder === this.#holder) return;
    this.#logger.info({ holder: record.holder, epoch: record.epoch }, 'the lease has another holder');
    this.#holder = record.holder;
    if (record.pod !== this.#elector.self.pod) this.#former = record.pod;
  }
}
