import { isEmpty, type Positions } from '../../liteset/litefs/positions.ts';
import type { Answer, Op, Outcome } from './effects.ts';
import type { Self, Tenure } from './holder.ts';
import { ObservedLease } from './observed-lease.ts';
import { type Known, type LeaseRecord, nextEpoch } from './record.ts';
import type { Timing } from './timing.ts';

/** Reads and writes the Lease, and draws the conclusions: what is known, and how long this pod may count on it. */
export class LeaseLock {
  readonly self: Self;
  readonly timing: Timing;
  readonly observed = new ObservedLease();
  /** Where this pod's databases stand; whoever drives the elector sets it. Written into the Lease with each change. */
  positions: Positions = {};
  #tenure: Tenure | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(self: Self, timing: Timing) {
    this.self = self;
    this.timing = timing;
  }

  /** Until when this pod may be primary; undefined if it does not hold the lease. It may be past. */
  get tenure(): Tenure | undefined {
    return this.#tenure;
  }

  /**
   * Whether the Lease, as last seen, is held by this pod, and with this session if one is given. Both names of the holder
   * must be this pod's: somebody who edits one of them has given the lease to nobody.
   */
  holds(session?: string): boolean {
    const record = this.observed.known?.record;
    if (record?.holder !== this.self.identity || record.pod !== this.self.pod) return false;
    return session === undefined || record.session === session;
  }

  /** Whether the primary of that session has the lease: who is told the session may take the lease over, see `LeaseRecord`. */
  handsOver(session: string): boolean {
    const record = this.observed.known?.record;
    return record?.session === session && record.holder !== '' && !this.observed.replaced;
  }

  /** Reads the Lease. */
  *read(ms = this.timing.readMs): Op<Outcome> {
    const outcome = yield { do: 'read', ms: Math.min(ms, this.timing.readMs) };
    if (outcome.answer.kind === 'lease') {
      this.observed.see(outcome.answer.known, outcome.at);
      this.#readAt = outcome.sentAt;
    }
    if (outcome.answer.kind === 'missing') this.observed.forget();
    if (this.#isAnothers()) this.#tenure = undefined;
    return outcome;
  }

  /** Makes the Lease if it is gone: somebody has deleted it, or the tool that installs the chart leaves Leases out. */
  *make(ms = this.timing.callMs): Op<Outcome> {
    const outcome = yield { do: 'make', ms: Math.min(ms, this.timing.callMs) };
    if (outcome.answer.kind === 'lease') this.observed.see(outcome.answer.known, outcome.at);
    return outcome;
  }

  /**
   * Whether this pod still counts on the lease with that session though the Lease does not say so any more, since somebody
   * has deleted, emptied or edited it. Then it may write its own record again. Nobody else can have the lease: others wait
   * for a whole lease before they take one that was not given back, and have to name themselves in it.
   */
  mends(session: string, now: number): boolean {
    return this.#tenure?.session === session && now < this.#tenure.until && !this.#isAnothers();
  }

  /**
   * Whether another pod has acquired the lease since this one did. A Lease that is gone or names nobody takes nothing away,
   * and neither does another holder in this pod's own epoch: each acquisition has a new one, so somebody has edited it.
   */
  #isAnothers(): boolean {
    const { holder = '', epoch } = this.observed.known?.record ?? {};
    return holder !== '' && holder !== this.self.identity && epoch !== this.#tenure?.epoch;
  }

  /**
   * Whether another pod was the primary and is none any more, as far as the Lease told when it was last read: it had run
   * out, or had been given back and not been taken for a while. Without an answer nothing has run out.
   */
  get otherIsOver(): boolean {
    const holder = this.observed.known?.record.holder;
    if (holder === this.self.identity) return false;
    const freeFor = this.observed.freeFor(this.timing.leaseMs, this.#readAt) ?? Number.NEGATIVE_INFINITY;
    return freeFor >= (holder === '' ? this.timing.lingerMs : 0);
  }

  /** Reads the Lease unless it was read just now, and makes it if there is none. True if what is known is as new as that. */
  *refresh(now: number): Op<boolean> {
    if (now - this.#readAt < this.timing.recentMs && this.observed.known !== undefined) return true;
    const { answer } = yield* this.read();
    return (answer.kind === 'missing' ? (yield* this.make()).answer : answer).kind === 'lease';
  }

  /**
   * Writes a change, with this pod as the holder if the change does not say otherwise, if the Lease is still as it is
   * known. The time that this gives counts from before the call was sent: nobody can have seen the change earlier.
   */
  *write(known: Known, change: Partial<LeaseRecord>, ms = this.timing.callMs): Op<Outcome> {
    const record = { ...this.#renewed(known.record), ...change };
    const { holder: former, session: last } = known.record;
    const acquires = record.holder !== '' && (record.holder !== former || record.session !== last);
    const next = acquires ? { ...record, epoch: nextEpoch(record.epoch) } : record;
    // Whatever comes of it, a lease that was to be given back is not counted on any more.
    if (next.holder === '') this.#tenure = undefined;
    const call = { record: next, version: known.version, acquires, ms: Math.min(ms, this.timing.callMs) };
    const outcome = yield { do: 'write', ...call };
    if (outcome.answer.kind === 'lease') {
      this.observed.see(outcome.answer.known, outcome.at);
      const { holder, session, epoch } = next;
      this.#tenure = holder === '' ? undefined : { session, epoch, until: this.validUntil(outcome), record: next };
    }
    return outcome;
  }

  /** How long anybody could have taken the lease, this pod's own former LiteFS's included; undefined if nobody may. */
  freeFor(now: number): number | undefined {
    return this.observed.freeFor(this.timing.leaseMs, now);
  }

  /** The end of what a confirmed write gives. */
  validUntil({ sentAt }: Outcome): number {
    return sentAt + this.timing.validMs;
  }

  /** Whether a write was confirmed, and soon enough for LiteFS to be told so: it counts from when it is told. */
  inTime({ answer, at, sentAt }: Outcome): boolean {
    return answer.kind === 'lease' && at - sentAt <= this.timing.callMs;
  }

  /** After a write that was not confirmed: looks at the Lease again, after a pause if the write failed. Returns the time. */
  *readAgain({ answer, at }: Outcome, end: number): Op<number> {
    const now = answer.kind === 'conflict' || answer.kind === 'missing' ? at : (yield* this.pause(answer, at, end)).at;
    return now < end ? (yield* this.read(end - now)).at : now;
  }

  /** A pause after a call that failed: as long as the API server asks for, and at the most half of the time that is left. */
  *pause(answer: Answer, now: number, end: number): Op<Outcome> {
    const askedMs = (answer.kind === 'failed' && answer.retryAfterMs) || 0;
    return yield { do: 'wait', ms: Math.max(Math.min(askedMs, (end - now) / 2), this.timing.retryMs) };
  }

  #renewed(record: LeaseRecord): LeaseRecord {
    return {
      ...record,
      holder: this.self.identity,
      pod: this.self.pod,
      address: this.self.address ?? '',
      durationMs: this.timing.leaseMs,
      positions: isEmpty(this.positions) ? record.positions : this.positions,
    };
  }
}
