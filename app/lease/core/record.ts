import type { Positions } from '../../liteset/litefs/positions.ts';

/** What the Lease says. All pods agree on it, since every change compares and swaps the whole of it. */
export interface LeaseRecord {
  /** Who holds the lease, see `identityOf`; empty if nobody does. */
  readonly holder: string;
  /** The Consul session with which LiteFS holds it. Whoever presents it may take the lease over: LiteFS's switchover. */
  readonly session: string;
  /** How often the lease was acquired; 0 if never. Names one LiteFS's time as primary. */
  readonly epoch: number;
  /** How long the holder counts on it, in milliseconds, as the holder itself was configured. */
  readonly durationMs: number;
  /** Name of the pod that was primary last; it stays when the lease is released. */
  readonly pod: string;
  /** What LiteFS advertises: the JSON of its `PrimaryInfo`, unchanged. */
  readonly primary: string;
  /** IP address of that pod, so that nobody has to ask DNS for it; empty if it is not known. */
  readonly address: string;
  /** Identity of the LiteFS cluster; written once, see `clusterIdConfirmed`. */
  readonly clusterId: string;
  /** Whether a LiteFS is known to have kept the cluster id: it renewed the lease afterwards. From then on it is for good. */
  readonly clusterIdConfirmed: boolean;
  /** Where the primary's databases stood when it last wrote the Lease. */
  readonly positions: Positions;
}

/** A Lease that nobody has ever held. */
export const UNHELD: LeaseRecord = {
  holder: '',
  session: '',
  epoch: 0,
  durationMs: 0,
  pod: '',
  primary: '',
  address: '',
  clusterId: '',
  clusterIdConfirmed: false,
  positions: {},
};

/** The identity of the cluster, if it is confirmed; empty if the cluster has none yet. */
export const confirmedId = ({ clusterId, clusterIdConfirmed }: LeaseRecord): string =>
  clusterIdConfirmed ? clusterId : '';

/** The number of the next acquisition. After the largest that a Lease can have (an int32) it begins again with 1. */
export const nextEpoch = (epoch: number): number => (epoch < 2 ** 31 - 1 ? epoch + 1 : 1);

/** The record as it was at one resourceVersion. */
export interface Known {
  readonly record: LeaseRecord;
  /** resourceVersion of the object: opaque, and another one after every change. */
  readonly version: string;
}

/** The identity of a pod as a holder: its name is not enough, since a node that is lost may still run the former one. */
export const identityOf = (pod: string, uid: string): string => `${pod}_${uid}`;
