import { type Acquisition, claimOf } from './claim.ts';
import type { Op } from './effects.ts';
import { LeaseLock } from './lease-lock.ts';
import { confirmedId, type LeaseRecord } from './record.ts';

/**
 * Decides for one pod, from what it sees of the Lease and when. It is pure: an `Op` asks for effects and is told what
 * came of them, so that the property tests can run it through any order of events (test/app/lease/core/model/). It keeps
 * nothing that it could not lose: after a restart all is read from the Lease again.
 */
export class Elector extends LeaseLock {
  /**
   * Who is primary, as LiteFS asks before it follows somebody or tries to become primary itself: what that pod
   * advertises and its address, or undefined. Never this pod: a LiteFS that asks is not primary, whatever the Lease says. `known` is
   * false if nothing is known of the Lease.
   */
  *primary(now: number): Op<{ known: boolean; primary?: Pick<LeaseRecord, 'primary' | 'address'> }> {
    const fresh = yield* this.refresh(now);
    const record = this.observed.known?.record;
    if (record === undefined) return { known: false };
    const other = record.holder !== '' && !this.holds();
    // Without an answer nobody can become primary, but a replica may well follow the last one that was.
    const over = fresh && this.freeFor(now) !== undefined;
    return other && !over ? { known: true, primary: record } : { known: true };
  }

  /**
   * The identity of the LiteFS cluster, empty if there is none yet; undefined if that could not be learnt. LiteFS never
   * becomes primary where there is an identity that it has not got itself. So three kinds count as none: one that is not
   * confirmed, since an answer lost on the way to the first primary would leave a cluster without one for ever; any, to a
   * LiteFS that has none itself; and another than LiteFS's own while nobody has the lease, since somebody may have edited
   * it. If that LiteFS becomes primary, which is another question, it gives the cluster its own or a new one.
   */
  *clusterId(now: number): Op<string | undefined> {
    // A LiteFS that has just acquired the lease asks, and its time runs: what it acquired the lease with is still true.
    const sure = this.tenure !== undefined && now < this.tenure.until && this.holds();
    const fresh = sure || (yield* this.refresh(now));
    const record = this.observed.known?.record;
    const clusterId = record && confirmedId(record);
    if (!clusterId) return fresh ? '' : undefined;
    if (sure) return clusterId;
    const { answer } = yield { do: 'identify' };
    if (answer.kind !== 'identity' || answer.clusterId === undefined) return clusterId;
    const free = fresh && this.freeFor(now) !== undefined;
    return answer.clusterId === '' || (answer.clusterId !== clusterId && free) ? '' : clusterId;
  }

  /** Writes the identity of the cluster, once. False if there is another one, or if it cannot be written in time. */
  *setClusterId(clusterId: string, now: number): Op<boolean> {
    const end = now + this.timing.callMs;
    for (let at = now; at < end; ) {
      const known = this.observed.known;
      if (known === undefined || !this.holds()) return false;
      const confirmed = confirmedId(known.record);
      if (confirmed !== '') return confirmed === clusterId;
      const outcome = yield* this.write(known, { clusterId }, end - at);
      if (this.inTime(outcome)) return true;
      at = yield* this.readAgain(outcome, end);
    }
    return false;
  }

  /**
   * Renews the lease for LiteFS. Every renewal is a write; one that cannot be confirmed in time ends with `expired`, at
   * which LiteFS steps down at once. The end is early enough for LiteFS to step down by itself, should this process die.
   */
  *renew(session: string, now: number): Op<'renewed' | 'expired'> {
    const end = this.renewalEnd(session, now);
    let at = this.holds(session) ? now : (yield* this.read(end - now)).at;
    while (at < end) {
      const mends = this.mends(session, at);
      const known = this.observed.known;
      if (known === undefined && mends) {
        const { answer, at: then } = yield* this.make(end - at);
        at = answer.kind === 'failed' ? (yield* this.pause(answer, then, end)).at : then;
        continue;
      }
      if (known === undefined || (known.record.session !== session && !mends)) return 'expired';
      // Another pod's: that primary hands it over to this pod's LiteFS, which asks whether it still is good.
      const lasts = this.handsOver(session) && this.freeFor(at) === undefined;
      if (!this.holds() && !mends) return lasts ? 'renewed' : 'expired';
      const record = (mends && this.tenure?.record) || known.record;
      const change = { clusterIdConfirmed: record.clusterId !== '' };
      const outcome = yield* this.write({ ...known, record }, change, end - at);
      if (this.inTime(outcome)) return 'renewed';
      at = yield* this.readAgain(outcome, end);
    }
    return 'expired';
  }

  /** When a renewal is given up. After a restart it is not known how old the last one is: then it is one call's time. */
  renewalEnd(session: string, now: number): number {
    const once = now + this.timing.callMs;
    if (this.tenure?.session !== session) return once;
    const { until } = this.tenure;
    return Math.min(Math.max(until - this.timing.leaveMs, once), until - this.timing.pauseMs);
  }

  /** Acquires the lease for LiteFS: a free one with a new session, or that of the primary that handed its session over. */
  *acquire(session: string, primary: string, now: number): Op<Acquisition> {
    const end = now + this.timing.readMs + 4 * this.timing.callMs;
    for (let { answer, at } = yield* this.read(); at < end; ) {
      const known = this.observed.known;
      if (known === undefined || answer.kind !== 'lease')
        return { kind: 'failed', reason: answer.kind === 'failed' ? answer.reason : 'there is no Lease' };
      let change: Partial<LeaseRecord> = { session, primary };
      if (!this.handsOver(session)) {
        const claim = yield* claimOf(this, known, at);
        if (claim.kind !== 'fit') return claim;
        change = { ...change, ...claim.change };
      }
      const outcome = yield* this.write(known, change);
      if (this.inTime(outcome)) return { kind: 'acquired' };
      if (outcome.answer.kind === 'failed') yield* this.pause(outcome.answer, outcome.at, end);
      // Whether it was written is not known, or it was too late to count on: look, and if it was, write once more.
      ({ answer, at } = yield* this.read());
    }
    return { kind: 'failed', reason: 'the API server is too slow' };
  }

  /** Gives the lease back. LiteFS does so once it is not primary any more. False if it was not this session's. */
  *release(session: string, now: number): Op<boolean> {
    const end = now + 2 * this.timing.callMs;
    let at = this.holds(session) ? now : (yield* this.read()).at;
    while (at < end) {
      const known = this.observed.known;
      if (known === undefined || !this.holds(session)) return false;
      const outcome = yield* this.write(known, { holder: '', session: '' }, end - at);
      if (outcome.answer.kind === 'lease') return true;
      at = yield* this.readAgain(outcome, end);
    }
    return false;
  }

  /**
   * Gives the lease back for a LiteFS that is gone: nothing listens on its port, which it opens before it becomes primary
   * and closes after its application has ended. Not while a switchover may be under way.
   */
  *releaseForDead(now: number): Op<boolean> {
    const known = this.observed.known;
    if (known === undefined || !this.holds() || this.observed.unchangedFor(now) < this.timing.regainMs) return false;
    const { answer } = yield { do: 'probe' };
    if (answer.kind !== 'probe' || answer.listening) return false;
    const outcome = yield* this.write(known, { holder: '', session: '' });
    return outcome.answer.kind === 'lease';
  }
}
