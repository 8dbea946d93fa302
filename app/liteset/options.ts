import type { PositionSource } from './litefs/position.ts';
import type { Application } from './routing/application.ts';

/** Where LiteFS has its transactions, and where those go that it will discard. */
export interface KeepOptions {
  /** LiteFS's folder of the database's LTX files: `<data>/dbs/<database>/ltx`. This process must be able to read it. */
  ltx: string;
  /** The folder that discarded transactions are copied into, one folder for each time. */
  into: string;
}

/** The volume on which LiteFS has the database, and how many bytes are kept free on it, but no more than a tenth of it. */
export interface VolumeOptions {
  folder: string;
  reserveBytes: number;
}

/** What this pod does with the database: the primary takes the writes, a replica follows it. */
export type Role = 'primary' | 'replica';

/** The part of a logger that is used; the console is one. */
export type Logger = Pick<Console, 'info' | 'warn' | 'error'>;

/** When answers are given: `ackReplicas`, `ackTimeoutMs` and `ackPolicy`. */
export interface AckOptions {
  /** How many replicas must have a write, and what a read on the primary shows. 0: none, the answer is given at once. */
  replicas: number;
  /** How long an answer waits for them, in milliseconds. */
  timeoutMs: number;
  /** What happens if they are too few: no write is taken, or it is, and the answer's header says how many have it. */
  policy: 'refuse' | 'acknowledge';
}

/** How `liteset()` is set up. */
export interface LitesetOptions {
  /** Path of the database file, on LiteFS's mount. */
  database: string;
  /** Name of this pod, as answers show it. */
  pod: string;
  /** LiteFS's own HTTP server, e.g. `http://127.0.0.1:20202`. Default: none; this process is then the primary. */
  litefsUrl?: string | undefined;
  /** DNS name whose A records are all pods. Default: none; only this pod is known. */
  peers?: string | undefined;
  /** Port of the application on every pod. Default: 8080. */
  peerPort?: number;
  /** Port on which every pod says its status, for the others: see `Liteset.status`. Default: the middleware does, on `peerPort`. */
  statusPort?: number | undefined;
  /** How long a write waits for a primary, in milliseconds. Default: 10,000. */
  primaryWaitMs?: number;
  /** How long a read waits for its position before the primary answers it, in milliseconds. Default: 1,000. */
  readWaitMs?: number;
  /** How many writes may wait for a primary at a time, how many reads, and how many reads for their position. Default: 1,000. */
  waitingRequests?: number;
  /** How many bytes of their bodies may be held meanwhile. Default: 64 MiB. */
  waitingBytes?: number;
  /** The longest body of a write, in bytes: it is read before anything else is done. A longer one gets 413. Default: 16 MiB. */
  maxBodyBytes?: number;
  /** How many bodies may be read at a time. One more cuts the oldest, with 408. Default: 500, which leaves most connections to others. */
  readingRequests?: number;
  /** How many bytes of bodies that are being read may be held. More cut the oldest, with 408. Default: 64 MiB. */
  readingBytes?: number;
  /** How long a body may take to come, in milliseconds. Then it is cut, with 408. Default: 30,000. */
  bodyMs?: number;
  /** Name of the cookie that carries a client's token: two clusters on one host need two names. Default: `liteset-token`. */
  tokenCookie?: string;
  /** Origins, such as `https://shop.example`, whose pages may write here, too. Default: those of this host only. */
  trustedOrigins?: readonly string[];
  /**
   * Port on which the pods of a cluster speak to each other, the same on all. Default: none; there are then no switchovers
   * and no acknowledgements. It must be open to the other pods only, as LiteFS's own.
   */
  clusterPort?: number | undefined;
  /** The address that this port listens on. Default: all. */
  clusterHost?: string | undefined;
  /** Whether the lease can move from pod to pod, which a static one cannot. Default: false. */
  switchover?: boolean;
  /** How long writes may be held in a switchover before the lease moves, in milliseconds. Default: 5,000. */
  switchoverMs?: number;
  /** Who carries this as a bearer token may ask for a switchover from outside the pod. Default: nobody may. */
  switchoverToken?: string | undefined;
  /** How many replicas must have a write before it is answered. Default: 0. */
  ackReplicas?: number;
  /** How long the answer waits for them, in milliseconds. Default: 2,000. */
  ackTimeoutMs?: number;
  /**
   * What happens if they are too few. `refuse`: no write is taken while they are not connected, and one they do not have
   * in time is answered with 504. `acknowledge`: it is answered all the same, and a header says so. Default: `refuse`.
   */
  ackPolicy?: 'refuse' | 'acknowledge';
  /**
   * Where the end of this pod's lease is told, e.g. `http://127.0.0.1:8500/fence` (`app/lease`): a write begins, and is
   * acknowledged, only before it. Default: nowhere; that LiteFS says that this pod is the primary is then all there is.
   */
  fenceUrl?: string | undefined;
  /** Where transactions go that this pod wrote as the primary and LiteFS discards. Default: nowhere. */
  keep?: KeepOptions | undefined;
  /**
   * The volume of the database: with less free on it than its reserve, no write is begun, and a primary switches over to a pod
   * that has room. Default: none is looked at.
   */
  volume?: VolumeOptions | undefined;
  /**
   * Which pods answer requests. `all`: each answers reads. `primary`: only the primary does, whatever the method; each request is handled
   * like a write, bodies are passed on as they come, and requests from pages of other origins are not refused. Default: `all`.
   */
  runOn?: 'all' | 'primary';
  /** The application, with `runOn: 'primary'`, if it is a process of its own: see `Application`. Default: it answers within this process. */
  application?: Application | undefined;
  /** Who tells where this pod's copy stands. Default: LiteFS's file beside the database. */
  positions?: PositionSource | undefined;
  /** Where changes of role, lost connections and switchovers are told. Default: the console. */
  logger?: Logger;
}
