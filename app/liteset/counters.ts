/**
 * What has happened since the start, as plain numbers: the middleware knows no metrics library. Each only grows, but
 * `waiting`, `readingBodies`, `waitingReads`, `writing`, `holding`, `replicas` and `volumeFree`, which say how things stand.
 */
export interface Counters {
  /** Requests that wait for a primary now. */
  waiting: number;
  /** Requests that have ever waited for one. */
  waited: number;
  /** Requests that were refused because too many waited. */
  waitRefused: number;
  /** Bodies of writes that are being read now. */
  readingBodies: number;
  /** Bodies that were cut, because too many others came meanwhile. */
  bodiesCut: number;
  /** Reads that wait for what their client has seen now. */
  waitingReads: number;
  /** Writes in progress on this pod now. */
  writing: number;
  /** Answers to writes that wait for replicas now. */
  holding: number;
  /** Replicas that report their position to this pod now. */
  replicas: number;
  /** Switchovers away from this pod that succeeded, and how long writes were held in them, in seconds. */
  switchovers: number;
  switchoverSeconds: number;
  /** Switchovers that failed; this pod then stayed the primary, or lost the lease to nobody. */
  switchoversFailed: number;
  /** Answers that were held until enough replicas had the write, and how long in all, in seconds. */
  acknowledged: number;
  acknowledgeSeconds: number;
  /** Answers given although too few replicas had the write in time. */
  acknowledgedShort: number;
  /** Reads on the primary answered although too few replicas had what they showed. */
  readsShort: number;
  /** Writes refused before they were executed, since too few replicas were there. */
  acknowledgeRefused: number;
  /** Writes executed whose client was told that too few replicas have them. */
  acknowledgeUnknown: number;
  /** Answers in whose place the client was told that LiteFS may not have what the request wrote. */
  unsettled: number;
  /** Transactions of this pod's copy that the primary's history does not have: they were discarded. */
  discardedTransactions: number;
  /** Bytes that are free on the volume of the database now; 0 where nobody looks at it. */
  volumeFree: number;
  /** Faults of the volume that are noted on it. */
  volumeNoted: number;
  /** Writes that were refused because less than the reserve was free. */
  volumeRefused: number;
}

/** All at zero. */
export const newCounters = (): Counters => ({
  waiting: 0,
  waited: 0,
  waitRefused: 0,
  readingBodies: 0,
  bodiesCut: 0,
  waitingReads: 0,
  writing: 0,
  holding: 0,
  replicas: 0,
  switchovers: 0,
  switchoverSeconds: 0,
  switchoversFailed: 0,
  acknowledged: 0,
  acknowledgeSeconds: 0,
  acknowledgedShort: 0,
  readsShort: 0,
  acknowledgeRefused: 0,
  acknowledgeUnknown: 0,
  unsettled: 0,
  discardedTransactions: 0,
  volumeFree: 0,
  volumeNoted: 0,
  volumeRefused: 0,
});
