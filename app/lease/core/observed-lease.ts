import type { Known, LeaseRecord } from './record.ts';

/**
 * What this pod has seen of the Lease. A lease ends when this pod has seen it unchanged for as long as it lasts, on its
 * own monotonic clock: the times that are written in it are never looked at, since clocks differ.
 */
export class ObservedLease {
  #known: Known | undefined;
  #since = 0;

  get known(): Known | undefined {
    return this.#known;
  }

  /** Takes in the Lease as an answer showed it, at the time of the answer. */
  see(known: Known, now: number): void {
    if (known.version === this.#known?.version) return;
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

  /**
   * How long anybody could have taken the lease, in milliseconds; undefined if nobody may. One that was never held must
   * have been seen for a whole `leaseMs` too: it may be new because somebody deleted that of a living primary.
   */
  freeFor(leaseMs: number, now: number): number | undefined {
    if (this.#known === undefined) return undefined;
    const free = this.unchangedFor(now) - reserved(this.#known.record, leaseMs);
    return free >= 0 ? free : undefined;
  }
}

function reserved(record: LeaseRecord, leaseMs: number): number {
  if (record.epoch === 0) return leaseMs;
  return record.holder === '' ? 0 : Math.max(record.durationMs, leaseMs);
}
