import type { Position } from '../litefs/position.ts';
import type { Copy } from '../membership/copy.ts';

/**
 * How long this replica has not moved although its primary has more. LiteFS applies nothing while somebody reads, so that a person's open
 * transaction stops a replica for as long as it is open; so does what takes long to arrive. While no primary says how far it is,
 * nobody knows: that there is none is no standstill.
 */
export class Standstill {
  readonly #copy: Pick<Copy, 'told'>;
  #behind: { readonly at: string; readonly since: number } | undefined;

  constructor(copy: Pick<Copy, 'told'>) {
    this.#copy = copy;
  }

  /** In milliseconds; 0 while it moves, or has what the primary has. */
  get ms(): number {
    return this.#behind?.at === this.#copy.told.txid ? performance.now() - this.#behind.since : 0;
  }

  /** Takes in how far the primary is; undefined if it says so no more. */
  learn(primary: Position | undefined): void {
    const at = this.#copy.told.txid;
    if (primary === undefined || primary.txid <= at) this.#behind = undefined;
    else if (this.#behind?.at !== at) this.#behind = { at, since: performance.now() };
  }
}
