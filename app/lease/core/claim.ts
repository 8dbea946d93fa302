import type { Op } from './effects.ts';
import { refusalReason } from './freshness.ts';
import type { LeaseLock } from './lease-lock.ts';
import type { Known, LeaseRecord } from './record.ts';

/** What came of an acquisition: `held` if somebody else has the lease, `refused` if this pod is not fit for it. */
export type Acquisition =
  | { readonly kind: 'acquired' | 'held' }
  | { readonly kind: 'refused' | 'failed'; readonly reason: string };

/** What a pod that may take the lease writes into it. */
export interface Claim {
  readonly kind: 'fit';
  readonly change: Partial<LeaseRecord>;
}

/** Whether a pod may take the lease with a new session, and what it then writes into it. */
export function* claimOf(lock: LeaseLock, { record }: Known, now: number): Op<Acquisition | Claim> {
  const { observed, self, timing } = lock;
  const regainableForMs = observed.unchangedFor(now) - timing.regainMs;
  const freeForMs = lock.holds() && !observed.replaced ? regainableForMs : (lock.freeFor(now) ?? -1);
  if (freeForMs < 0) return { kind: 'held' };
  const { answer } = yield { do: 'survey', ms: timing.callMs };
  if (answer.kind !== 'survey') return { kind: 'failed', reason: 'the pods could not be asked for their positions' };
  const { survey } = answer;
  const { pod, mayBootstrap } = self;
  const { graceMs, leaseMs } = timing;
  const reason = refusalReason(record, survey, { pod, mayBootstrap, freeForMs, graceMs, leaseMs });
  if (reason !== undefined) return { kind: 'refused', reason };
  const member = survey.clusterId !== '' && survey.clusterId === record.clusterId;
  const newCluster = !member && { clusterId: '', clusterIdConfirmed: false };
  return { kind: 'fit', change: { positions: survey.own ?? {}, ...newCluster } };
}
