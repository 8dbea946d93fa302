import { isBehind, isEmpty, type Positions, txidOf } from '../../liteset/litefs/positions.ts';
import type { LeaseRecord } from './record.ts';

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
  /** Whether this pod may found a cluster with an empty volume: pod 0. */
  readonly founder: boolean;
  readonly freeForMs: number;
  readonly graceMs: number;
}

/**
 * Why a candidate may not become primary now; undefined if it may. LiteFS itself lets any candidate win. Three things
 * are refused for good: to be primary beside a reachable primary, not to know one's own position, and to win with an
 * empty volume over data. One with data that the cluster does not know, such as a restored backup, waits for members. A candidate that may lack transactions is refused until the grace has passed.
 */
export function whyNot(record: LeaseRecord, survey: Survey, candidate: Candidate): string | undefined {
  const { own, peers } = survey;
  if (own === undefined) return "this pod's LiteFS does not tell its position";
  const primary = peers.find((peer) => peer.isPrimary);
  if (primary) return `${primary.name} still is primary`;
  if (isEmpty(own)) return whyNotEmpty(record, survey, candidate);
  const member = peers.find((peer) => record.sealed && peer.clusterId === record.clusterId);
  if (member && survey.clusterId === '') return `this pod is not of the cluster yet, and ${member.name} is`;
  const doubt = doubtOf(record, own, survey, candidate);
  if (doubt === undefined || candidate.freeForMs >= candidate.graceMs) return undefined;
  return `${doubt}; refused for another ${Math.ceil((candidate.graceMs - candidate.freeForMs) / 1_000)} s`;
}

function whyNotEmpty(record: LeaseRecord, { peers }: Survey, { founder }: Candidate): string | undefined {
  if (!isEmpty(record.positions)) return 'this pod is empty, and the cluster had data';
  const full = peers.find((peer) => !isEmpty(peer.positions));
  if (full) return `this pod is empty, and ${full.name} has data`;
  return founder ? undefined : 'this pod is empty, and only pod 0 founds a cluster';
}

/** Why this pod may lack something that the cluster had; undefined if it cannot. */
function doubtOf(record: LeaseRecord, own: Positions, survey: Survey, candidate: Candidate): string | undefined {
  const fresher = survey.peers.find((peer) => !peer.foreign && isBehind(own, peer.positions));
  if (fresher) return `this pod is behind ${fresher.name}`;
  if (isBehind(own, record.positions)) return `this pod is behind the last position of ${record.pod}`;
  if (record.sealed && survey.clusterId === '') return 'this pod has data, but not from the cluster';
  if (record.epoch === 0) return candidate.founder ? undefined : 'nobody was primary yet, and pod 0 may have more';
  const foreign = foreignDatabase(record, own, survey, candidate.pod);
  if (foreign === undefined) return undefined;
  return `this pod has ${foreign} at ${own[foreign]}, and never saw ${record.pod}'s ${record.positions[foreign]}`;
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
      own[database] !== position &&
      !history.passed(database, position),
  )?.[0];
}
