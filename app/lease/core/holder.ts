import type { LeaseRecord } from './record.ts';

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
  /** What it wrote into the Lease last. It goes on with this, whatever somebody else has made of the Lease since. */
  readonly record: LeaseRecord;
}
