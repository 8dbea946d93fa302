import type { Counters } from '../counters.ts';
import type { Position } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';

/** How far ahead, in transactions, what a client has seen may be to be waited for: no replica gets further in a second. */
const FAR = 4_096n;

/** What bounds the reads that wait. */
export interface ReadWaitLimits {
  /** How many may wait at a time. */
  requests: number;
  /** How long one waits, in milliseconds. */
  ms: number;
}

/**
 * Reads that wait on this pod for what their client says that it has seen. Anybody can say anything: so their number is bounded, a
 * transaction that is far away is not waited for, and one that waits costs no look at LiteFS before its transaction has been told.
 */
export class ReadWaits {
  readonly #limits: ReadWaitLimits;
  readonly #membership: Membership;
  readonly #counters: Counters;

  constructor(limits: ReadWaitLimits, membership: Membership, counters: Counters) {
    this.#limits = limits;
    this.#membership = membership;
    this.#counters = counters;
  }

  /** Whether this pod can answer, now or in time. If it cannot, the primary does: nobody is refused here. */
  async canAnswer(token: Position, isOurs: () => boolean, signal: AbortSignal): Promise<boolean> {
    const { copy, changes } = this.#membership;
    if (copy.verdict(token) !== 'behind' || this.#isFar(token)) return false;
    if (this.#counters.waitingReads >= this.#limits.requests) return false;
    const mayHave = () => copy.told.txid >= token.txid || this.#membership.role === 'primary';
    this.#counters.waitingReads++;
    try {
      return await changes.until(() => mayHave() && isOurs(), this.#limits.ms, signal);
    } finally {
      this.#counters.waitingReads--;
    }
  }

  #isFar({ txid }: Position): boolean {
    return BigInt(`0x${txid}`) - BigInt(`0x${this.#membership.copy.position().txid}`) > FAR;
  }
}
