import { isEmpty, type Positions } from '../../liteset/litefs/positions.ts';
import type { Op, Outcome } from './effects.ts';
import { ObservedLease } from './observed-lease.ts';
import type { Known, LeaseRecord } from './record.ts';
import type { Timing } from './timing.ts';

/** Who this pod is. */
export interface Self {
  /** As a holder: see `identityOf`. */
  readonly identity: string;
  readonly pod: string;
  /** IP address at which the other pods reach it, if that is known. */
  readonly address?: string;
  /** Whether it may bootstrap a cluster with an empty volume: pod 0. */
  readonly mayBootstrap: boolean;
}

/** This pod's time as the holder: until when its LiteFS may act as primary, on this pod's monotonic clock in milliseconds. */
export interface Tenure {
  readonly session: string;
  readonly epoch: number;
  readonly until: number;
}

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

  /** Whether the Lease, as last seen, is held by this pod, and with this session if one is given. */
  holds(session?: string): boolean {
    const record = this.observed.known?.record;
    return record?.holder === this.self.identity && (session === undefined || record.session === session);
  }

  /** Reads the Lease. */
  *read(ms = this.timing.readMs): Op<Outcome> {
    const outcome = yield { do: 'read', ms: Math.min(ms, this.timing.readMs) };
    if (outcome.answer.kind === 'lease') {
      this.observed.see(outcome.answer.known, outcome.at);
      this.#readAt = outcome.sentAt;
    }
    if (outcome.answer.kind === 'missing') this.observed.forget();
    if (this.#tenure && !this.holds(this.#tenure.session)) this.#tenure = undefined;
    return outcome;
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

  /** Reads the Lease unless it was read just now. True if what is known is as new as that. */
  *refresh(now: number): Op<boolean> {
    if (now - this.#readAt < this.timing.recentMs && this.observed.known !== undefined) return true;
    return (yield* this.read()).answer.kind === 'lease';
  }

  /**
   * Writes a change, with this pod as the holder if the change does not say otherwise, if the Lease is still as it is
   * known. The time that this gives counts from before the call was sent: nobody can have seen the change earlier.
   */
  *write(known: Known, change: Partial<LeaseRecord>, ms = this.timing.callMs): Op<Outcome> {
    const record = { ...this.#renewed(known.record), ...change };
    const acquires = record.holder !== '' && !this.#sameHolder(record, known.record);
    const next = acquires ? { ...record, epoch: record.epoch + 1 } : record;
    const outcome = yield {
      do: 'write',
      record: next,
      version: known.version,
      acquires,
      ms: Math.min(ms, this.timing.callMs),
    };
    if (outcome.answer.kind === 'lease') {
      this.observed.see(outcome.answer.known, outcome.at);
      const { holder, session, epoch } = next;
      this.#tenure = holder === '' ? undefined : { session, epoch, until: this.validUntil(outcome) };
    }
    return outcome;
  }

  /** The end of what a confirmed write gives. */
  validUntil({ sentAt }: Outcome): number {
    return sentAt + this.timing.validMs;
  }

  /** Whether a write was confirmed, and soon enough for LiteFS to be told so: it counts from when it is told. */
  inTime({ answer, at, sentAt }: Outcome): boolean {
    return answer.kind === 'lease' && at - sentAt <= this.timing.callMs;
  }

  /** After a write that was not confirmed: looks at the Lease again, after a pause if it was no conflict. Returns the time. */
  *readAgain({ answer, at }: Outcome, end: number): Op<number> {
    const now = answer.kind === 'conflict' ? at : (yield { do: 'wait', ms: this.timing.retryMs }).at;
    return now < end ? (yield* this.read(end - now)).at : now;
  }

  /** How long anybody could have taken the lease, this pod's own former LiteFS's included; undefined if nobody may. */
  freeFor(now: number): number | undefined {
    return this.observed.freeFor(this.timing.leaseMs, now);
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

  #sameHolder(one: LeaseRecord, other: LeaseRecord): boolean {
    return one.holder === other.holder && one.session === other.session;
  }
}
