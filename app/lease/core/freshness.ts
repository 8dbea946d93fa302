import { isBehind, isEmpty, type Positions, positionOf, txidOf } from '../../liteset/litefs/positions.ts';
import { confirmedId, type LeaseRecord, UNHELD } from './record.ts';

/** What a candidate finds out before it takes the lease. */
export interface Survey {
  /** Positions of this pod; undefined if its LiteFS does not say. */
  readonly own: Positions | undefined;
  /** Identity of the cluster that this pod's LiteFS belongs to; empty if it has none. */
  readonly clusterId: string;
  /** Whether this pod has seen itself pass the position: it was told of that transaction with that checksum. */
  passed(database: string, position: string): boolean;
  /** The other pods that answered. */
  readonly peers: readonly Peer[];
}

/** Another pod, as it answers. */
export interface Peer {
  readonly name: string;
  readonly isPrimary: boolean;
  readonly positions: Positions;
  readonly clusterId: string;
  /** Whether it says itself that its history may not be that of the last primary. */
  readonly foreign: boolean;
}

/** Who asks for the lease, and for how long it could have been had. */
export interface Candidate {
  readonly pod: string;
  /** Whether this pod may bootstrap a cluster with an empty volume: pod 0. */
  readonly mayBootstrap: boolean;
  readonly freeForMs: number;
  readonly graceMs: number;
  readonly leaseMs: number;
}

/**
 * A reason to refuse a candidate: whether it holds, its text, and for how long: for good, until the grace has passed, or
 * twice the grace: the pod which should win may have started just before the grace was over, and counts from then.
 */
type Rule = readonly [holds: boolean, reason: string, lasts: 'for good' | 'until the grace' | 'twice the grace'];

/**
 * Why a candidate may not become primary now; undefined if it may. LiteFS itself lets any candidate win. The first rule that
 * holds counts; docs/how-to/runbooks/lease.md says what to do about each.
 */
export function refusalReason(record: LeaseRecord, survey: Survey, candidate: Candidate): string | undefined {
  const [, reason, lasts] = rulesFor(record, survey, candidate).find(([holds]) => holds) ?? [];
  if (lasts === 'for good' || lasts === undefined) return reason;
  const start = lasts === 'twice the grace' ? candidate.graceMs + 2 * candidate.leaseMs : 0;
  const leftMs = candidate.graceMs + start - candidate.freeForMs;
  return leftMs > 0 ? `${reason}; refused for another ${Math.ceil(leftMs / 1_000)} s` : undefined;
}

function rulesFor(lease: LeaseRecord, survey: Survey, { pod, mayBootstrap }: Candidate): readonly Rule[] {
  const { own = {}, peers } = survey;
  const unheld = lease.epoch === 0;
  // What stands in a Lease that nobody has held does not come from a primary.
  const record = unheld ? UNHELD : lease;
  const empty = isEmpty(own);
  const primary = peers.find((peer) => peer.isPrimary);
  const full = peers.find((peer) => !isEmpty(peer.positions));
  const fresher = peers.find((peer) => !peer.foreign && isBehind(own, peer.positions));
  // It has data that the cluster does not know, such as a restored backup.
  const cluster = confirmedId(record);
  const stranger = !empty && cluster !== '' && survey.clusterId !== cluster;
  const member = peers.find((peer) => peer.clusterId === cluster);
  // It was in a cluster whose Lease is gone, and what that said of the last primary. A restored backup was in none.
  const survivor = unheld && !empty && survey.clusterId !== '';
  const foreign = empty || unheld ? undefined : foreignDatabase(record, own, survey, pod);
  const [has, sought] = [own, record.positions].map((positions) => positionOf(positions, foreign ?? ''));
  return [
    [survey.own === undefined, "this pod's LiteFS does not tell its position", 'for good'],
    [primary !== undefined, `${primary?.name} still is primary`, 'for good'],
    [empty && !isEmpty(record.positions), 'this pod is empty, and the cluster had data', 'for good'],
    [empty && full !== undefined, `this pod is empty, and ${full?.name} has data`, 'for good'],
    [empty && !mayBootstrap, 'this pod is empty, and only pod 0 may bootstrap a cluster', 'for good'],
    [stranger && member !== undefined, `this pod is not of the cluster yet, and ${member?.name} is`, 'for good'],
    [fresher !== undefined, `this pod is behind ${fresher?.name}`, 'twice the grace'],
    [isBehind(own, record.positions), `this pod is behind the last position of ${record.pod}`, 'until the grace'],
    [stranger, 'this pod has data, but not from the cluster', 'until the grace'],
    [survivor, 'the Lease is new, and a pod that does not answer may have more', 'until the grace'],
    [unheld && !mayBootstrap, 'nobody was primary yet, and pod 0 may have more', 'until the grace'],
    [
      foreign !== undefined,
      `this pod has ${foreign} at ${has}, and never saw ${record.pod}'s ${sought}`,
      'until the grace',
    ],
  ];
}

/**
 * A database of this pod that may be of another history than the last primary's; undefined if there is none. A pod
 * proves that it is of the same history by having stood at the primary's last known position, or by having been it.
 */
export function foreignDatabase(
  record: LeaseRecord,
  own: Positions,
  history: Pick<Survey, 'passed'>,
  pod: string,
): string | undefined {
  if (record.pod === pod) return undefined;
  return Object.entries(record.positions).find(
    ([database, position]) =>
      txidOf(own, database) >= txidOf(record.positions, database) &&
      positionOf(own, database) !== position &&
      !history.passed(database, position),
  )?.[0];
}
