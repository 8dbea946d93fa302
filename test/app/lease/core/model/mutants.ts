import type { Op, Outcome } from '../../../../../app/lease/core/effects.ts';
import { Elector } from '../../../../../app/lease/core/elector.ts';
import type { Known } from '../../../../../app/lease/core/record.ts';
import { ApiServer } from './api-server.ts';
import type { Events } from './events.ts';
import type { Pauses } from './faults.ts';
import { REAL, type Variant } from './variant.ts';

/** A protection taken away, and the schedules in which that must show. */
export interface Mutant {
  readonly without: string;
  readonly pauses: Pauses;
  readonly variant: Variant;
  /** The seed to begin with, where the first that shows it is far up. Default: 0. */
  readonly from?: number;
}

const elector = (type: typeof Elector): Variant['elector'] => {
  const Type = type;
  return (self, times) => new Type(self, times);
};

class LastWriterWins extends ApiServer {
  override accepts(): boolean {
    return true;
  }
}

class CountsFromTheAnswer extends Elector {
  override validUntil({ at }: Outcome): number {
    return at + this.timing.validMs;
  }
}

class RenewsWithoutTheServer extends Elector {
  override *renew(session: string, now: number): Op<'renewed' | 'expired'> {
    const result = yield* super.renew(session, now);
    return this.holds(session) ? 'renewed' : result;
  }
}

class NeverGivesUp extends Elector {
  override renewalEnd(): number {
    return Number.MAX_SAFE_INTEGER;
  }
}

class TakesAfterHalfTheLease extends Elector {
  override freeFor(now: number): number | undefined {
    return this.observed.freeFor(this.timing.leaseMs, now + this.timing.leaseMs / 2);
  }
}

class ForgetsToCompareSessions extends Elector {
  override holds(): boolean {
    return super.holds();
  }
}

class TakesANewLeaseAtOnce extends Elector {
  override freeFor(now: number): number | undefined {
    return this.observed.known?.record.epoch === 0 ? this.observed.unchangedFor(now) : super.freeFor(now);
  }
}

/** Believes the time that the holder wrote, and looks at its own clock: these differ by up to a minute. */
const comparesClocks: Variant['elector'] = (self, times, events: Events) => {
  const skew = (self.pod.charCodeAt(4) % 2) * 60_000;
  return new (class extends Elector {
    readonly #written = new Map<string, number>();

    override *write(known: Known, change: object, ms?: number): Op<Outcome> {
      return yield* super.write(known, change, ms);
    }

    override freeFor(now: number): number | undefined {
      const known = this.observed.known;
      if (known === undefined || known.record.holder === '') return super.freeFor(now);
      const written = this.#written.get(known.version) ?? now - this.observed.unchangedFor(now);
      this.#written.set(known.version, written);
      const free = events.now + skew - (events.now - (now - written)) - times.leaseMs;
      return free >= 0 ? free : undefined;
    }
  })(self, times);
};

/** Finds out nothing of the cluster that a volume was in, so that nobody waits for a grace where the Lease is new. */
const withoutCluster: Variant['survey'] = (survey) => ({ ...survey, clusterId: '' });

/** Each protection, and how the schedules show that it is needed. */
export const MUTANTS: readonly Mutant[] = [
  { without: 'compare and swap', pauses: 'bounded', variant: { ...REAL, api: () => new LastWriterWins() } },
  {
    without: 'own observation instead of clocks',
    pauses: 'bounded',
    variant: { ...REAL, elector: comparesClocks },
    from: 2_000,
  },
  {
    without: 'a whole lease of waiting',
    pauses: 'bounded',
    variant: { ...REAL, elector: elector(TakesAfterHalfTheLease) },
    from: 33_000,
  },
  {
    without: 'confirmation of a renewal',
    pauses: 'bounded',
    variant: { ...REAL, elector: elector(RenewsWithoutTheServer) },
  },
  { without: 'an end of renewing', pauses: 'bounded', variant: { ...REAL, elector: elector(NeverGivesUp) } },
  {
    without: 'the session in what is held',
    pauses: 'bounded',
    variant: { ...REAL, elector: elector(ForgetsToCompareSessions) },
    from: 19_500,
  },
  {
    without: 'a TTL of LiteFS below the lease',
    pauses: 'bounded',
    variant: { ...REAL, timing: (seconds) => ({ ...REAL.timing(seconds), ttlMs: 1_500 * seconds }) },
    from: 8_000,
  },
  {
    without: 'counting from when a renewal was sent',
    pauses: 'any',
    variant: { ...REAL, elector: elector(CountsFromTheAnswer) },
    from: 69_500,
  },
  {
    without: 'a whole lease of waiting where the Lease is new',
    pauses: 'bounded',
    variant: { ...REAL, elector: elector(TakesANewLeaseAtOnce), survey: withoutCluster },
    from: 10_000,
  },
  { without: 'the fence of the application', pauses: 'any', variant: { ...REAL, fenced: false } },
];
