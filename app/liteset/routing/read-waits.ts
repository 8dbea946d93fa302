import type { Counters } from '../counters.ts';
import { type Position, samePosition } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import type { PrimaryPosition, Question } from '../membership/primary-position.ts';

/** What bounds the reads that wait. */
export interface ReadWaitLimits {
  /** How many may wait at a time. */
  requests: number;
  /** How long one waits, in milliseconds. */
  ms: number;
}

/**
 * Reads that wait on this pod for what their client says that it has seen. Anybody can say anything. So their number is bounded, one that
 * waits costs no look at LiteFS before its transaction has been told, and what the primary does not have is not waited for: then this pod
 * answers as the primary would, once it stands where the primary stood.
 */
export class ReadWaits {
  readonly #limits: ReadWaitLimits;
  readonly #membership: Membership;
  readonly #primary: PrimaryPosition;
  readonly #counters: Counters;

  constructor(limits: ReadWaitLimits, membership: Membership, primary: PrimaryPosition, counters: Counters) {
    this.#limits = limits;
    this.#membership = membership;
    this.#primary = primary;
    this.#counters = counters;
  }

  /** Whether this pod can answer, now or in time. If it cannot, the primary does: nobody is refused here. */
  async canAnswer(token: Position, isOurs: () => boolean, signal: AbortSignal): Promise<boolean> {
    if (this.#counters.waitingReads >= this.#limits.requests) return false;
    const { copy, changes } = this.#membership;
    const mayCome = copy.verdict(token) === 'behind';
    const mayHave = () => (mayCome && copy.told.txid >= token.txid) || this.#membership.role === 'primary';
    const question = this.#primary.join();
    const can = () => (mayHave() && isOurs() ? true : this.#canByAnswer(question, mayCome));
    this.#counters.waitingReads++;
    try {
      await changes.until(() => can() !== undefined, this.#limits.ms, signal);
      return can() ?? false;
    } finally {
      this.#counters.waitingReads--;
      question.waiting--;
    }
  }

  /** Whether this pod can answer, by where the primary stood; undefined while that is open. */
  #canByAnswer({ isOver, position }: Question, mayCome: boolean): boolean | undefined {
    if (!isOver) return undefined;
    if (position === undefined) return mayCome ? undefined : false;
    const { copy } = this.#membership;
    // With a transaction of the primary, all that is in this copy is of the primary's history.
    if (samePosition(copy.told, position) || copy.remembers(position)) return true;
    return copy.told.txid < position.txid ? undefined : false;
  }
}
