import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Counters } from './counters.ts';
import type { Committer, CommitterOptions } from './group-commit/committer.ts';
import type { Cluster, Status } from './membership/peers.ts';
import type { Role } from './options.ts';
import type { Next, RequestHandler } from './routing/requests.ts';
import type { Ways } from './routing/way.ts';
import type { SwitchoverResult } from './switchover/switchover.ts';

/** What an application holds of Liteset. */
export interface Liteset {
  /**
   * Serves a request of `node:http`, or calls `next`, which has the application answer it here. Nobody may have read the body
   * before: it is forwarded with the request. A problem is answered as RFC 9457 has it.
   */
  middleware(req: IncomingMessage, res: ServerResponse, next: Next): void;
  /** The same for frameworks that answer errors themselves: rejects with a `Problem` instead. See `forExpress`. */
  readonly handle: RequestHandler;
  /**
   * Finds who answers what is no plain request, such as an upgrade to a WebSocket: this pod or the primary, once one of them can be reached.
   * It is not held in a switchover, and nothing waits for its end.
   *
   * @throws Problem if neither can be reached in time.
   */
  reach(req: IncomingMessage, signal: AbortSignal, ways: Ways): Promise<void>;
  /** What to answer instead of an error of a handler: what SQLite says becomes a `Problem`, any other error stays. */
  explain(error: unknown, res: ServerResponse): Promise<unknown>;
  role(): Role;
  /** Host name of the primary; undefined if none is known. */
  primary(): string | undefined;
  /** TXID of this pod's copy, as 16 hex digits. */
  position(): string;
  /**
   * What stands for the contents of this pod's copy now: equal texts, equal contents. Undefined where nobody says, as on
   * a plain file. It is read from LiteFS's file, so that it is never older than what a read would show.
   */
  version(): string | undefined;
  /**
   * Whether LiteFS answers, and this pod is the primary or has been connected to one. It stays true when the primary
   * goes away, so that a readiness probe built on it does not take the replicas out of service with the primary.
   */
  connected(): boolean;
  /**
   * How long this pod, a replica, has not moved although its primary has more, in milliseconds; 0 while it moves, has all, or hears of no
   * primary. LiteFS waits with what has come until nobody reads: an open transaction holds it up.
   */
  standstillMs(): number;
  /**
   * Whether this pod may write now: it is the primary, its lease lasts, and no switchover goes on. Ask it before a write that no request
   * has asked for; those of requests are held by themselves.
   */
  mayWrite(): boolean;
  /**
   * Makes what does the application's writes in groups, so that LiteFS commits few transactions. Call it once, before requests arrive:
   * what reads show is held until its commits are LiteFS's. The application reopens and closes it.
   */
  committer(options: CommitterOptions): Committer;
  /** Calls the listener whenever this pod becomes the primary; at once if it is already. */
  onBecomePrimary(listener: () => void): void;
  /** Calls the listener whenever `primary()` has changed. */
  onPrimaryChange(listener: () => void): void;
  /**
   * Calls the listener for every transaction of the database, also those of other processes, and whenever LiteFS's events
   * begin again, since what happened meanwhile is not told. Returns how to stop.
   */
  onTransaction(listener: () => void): () => void;
  /** What the other pods ask of this one at `/liteset/status`: with `statusPort` the application answers it there. */
  status(): Status;
  /** Asks every pod for its role and position; one that does not answer within a second is left out. */
  cluster(): Promise<Cluster>;
  /**
   * Hands the role of the primary over to a pod, or to the replica that is level first, without failing a write.
   *
   * @throws Problem `switchover-refused` or `switchover-failed`, with the reason.
   */
  switchover(pod?: string): Promise<SwitchoverResult>;
  /** Says that this pod goes down: it switches over if it is the primary, and does not become it again. Never throws. */
  leave(): Promise<void>;
  /** What has happened so far, in numbers. */
  counters(): Readonly<Counters>;
  /** Ends the connections to LiteFS and to the other pods. */
  close(): Promise<void>;
}
