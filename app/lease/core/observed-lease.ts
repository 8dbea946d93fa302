import { type Known, nextEpoch } from './record.ts';

/** The longest lease that a pod can be configured with, in milliseconds: whatever the Lease says, nobody waits for longer. */
const LONGEST_MS = 600_000;

/**
 * What this pod has seen of the Lease. A lease ends when this pod has seen it unchanged for as long as it lasts, on its
 * own monotonic clock: the times that are written in it are never looked at, since clocks differ.
 */
export class ObservedLease {
  #known: Known | undefined;
  #since = 0;
  /** The epoch that was seen last, of whatever Lease of this name. */
  #epoch = 0;
  #replaced = false;

  get known(): Known | undefined {
    return this.#known;
  }

  /** Takes in the Lease as an answer showed it, at the time of the answer. */
  see(known: Known, now: number): void {
    if (known.version === this.#known?.version) return;
    const { epoch } = known.record;
    if (epoch !== this.#epoch) this.#replaced = epoch < this.#epoch && epoch !== nextEpoch(this.#epoch);
    this.#epoch = epoch;
    this.#known = known;
    this.#since = now;
  }

  /** Takes in that there is no Lease. */
  forget(): void {
    this.#known = undefined;
  }

  /** How long the Lease has been as it is, in milliseconds. */
  unchangedFor(now: number): number {
    return now - this.#since;
  }

  /** Whether the Lease is not the one that the pods have written: somebody has put an older copy in its place. */
  get replaced(): boolean {
    return this.#replaced;
  }

  /**
   * How long anybody could have taken the lease, in milliseconds; undefined if nobody may. One that was never held, or that
   * the holder has not given back itself, must have been seen for a whole `leaseMs` too: somebody may have deleted,
   * emptied or replaced that of a living primary.
   */
  freeFor(leaseMs: number, now: number): number | undefined {
    if (this.#known === undefined) return undefined;
    const { holder, session, epoch, durationMs } = this.#known.record;
    const givenBack = holder === '' && session === '' && epoch > 0 && !this.replaced;
    const longest = epoch > 0 ? Math.min(durationMs, LONGEST_MS) : 0;
    const reservedMs = givenBack ? 0 : Math.max(longest, leaseMs);
    const free = this.unchangedFor(now) - reservedMs;
    return free >= 0 ? free : undefined;
  }
}
