import type { IncomingMessage, ServerResponse } from 'node:http';
import { ReadPolicy } from './answers/read-policy.ts';
import { WritePolicy } from './answers/write-policy.ts';
import { ClusterMember } from './cluster.ts';
import { type Counters, newCounters } from './counters.ts';
import { Arrivals } from './group-commit/arrivals.ts';
import { Committer, type CommitterOptions } from './group-commit/committer.ts';
import { Addresses } from './lib/addresses.ts';
import { followEvents } from './litefs/events.ts';
import { discoverPrimary } from './membership/discover-primary.ts';
import { Membership } from './membership/membership.ts';
import { askCluster, type Cluster } from './membership/peers.ts';
import type { AckOptions, LitesetOptions, Role } from './options.ts';
import { Problem, sendProblem } from './problem/problem.ts';
import { explainReplicaWrite } from './replica-write.ts';
import { AcknowledgedLimit } from './replication/acknowledged-limit.ts';
import { Replicas } from './replication/replicas.ts';
import { Vouched } from './replication/vouched.ts';
import { Admission } from './routing/admission.ts';
import { handleRequests, type RequestHandler } from './routing/requests.ts';
import { WaitingRoom } from './routing/waiting-room.ts';
import { Gate } from './switchover/gate.ts';
import { Switchover, type SwitchoverResult } from './switchover/switchover.ts';

export type { Counters } from './counters.ts';
export type { Committer, CommitterOptions } from './group-commit/committer.ts';
export type { Cluster } from './membership/peers.ts';
export type { LitesetOptions, Role } from './options.ts';
export type { SwitchoverResult } from './switchover/switchover.ts';

/** Longest that DNS may take to name the pods, in milliseconds: then those are asked that it named last. */
const DNS_MS = 1_000;

/** What an application holds of Liteset. */
export interface Liteset {
  /**
   * Serves a request of `node:http`, or calls `next`, which has the application answer it here. Nobody may have read the body
   * before: it is forwarded with the request. A problem is answered as RFC 9457 has it.
   */
  middleware(req: IncomingMessage, res: ServerResponse, next: () => void): void;
  /** The same for frameworks that answer errors themselves: rejects with a `Problem` instead. See `forExpress`. */
  readonly handle: RequestHandler;
  /** What to answer instead of an error of a handler: SQLite's refusal of a write becomes a `Problem`, any other stays. */
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
  /**
   * Calls the listener for every transaction of the database, also those of other processes, and whenever LiteFS's events
   * begin again, since what happened meanwhile is not told. Returns how to stop.
   */
  onTransaction(listener: () => void): () => void;
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

/**
 * Makes an application of `node:http` a member of a LiteFS cluster.
 *
 * @example
 * const cluster = liteset({ database: '/litefs/app.db', pod: hostname(), litefsUrl: 'http://127.0.0.1:20202' });
 * createServer((req, res) => cluster.middleware(req, res, () => answer(req, res)));
 */
export function liteset(options: LitesetOptions): Liteset {
  const { database, pod, litefsUrl, peers, peerPort = 8080, primaryWaitMs = 10_000, readWaitMs = 1_000 } = options;
  const { logger = console, waitingRequests = 1_000, waitingBytes = 64 * 1024 * 1024 } = options;
  const { ackReplicas = 0, ackTimeoutMs = 2_000, ackPolicy = 'refuse' } = options;
  if (ackReplicas > 0 && (litefsUrl === undefined || options.clusterPort === undefined))
    throw new Error('Replicas can acknowledge writes only with LiteFS and a cluster port.');
  const membership = new Membership(pod, litefsUrl === undefined ? undefined : database, logger, options.fenceUrl);
  const counters = newCounters();
  const addresses = new Addresses();
  const arrivals = new Arrivals();
  const others = async () => (peers ? addresses.of([peers], DNS_MS) : []);
  const gate = new Gate(membership.changes, counters);
  const room = new WaitingRoom({ requests: waitingRequests, bytes: waitingBytes }, counters);
  const replicas = new Replicas(membership, counters);
  const vouched = new Vouched(membership, replicas);
  const ack: AckOptions = { replicas: ackReplicas, timeoutMs: ackTimeoutMs, policy: ackPolicy };
  let committer: Committer | undefined;
  const writes = new WritePolicy(ack, { membership, replicas, counters });
  const reads = new ReadPolicy(ack, { membership, replicas, vouched, counters }, () => committer);
  const admission = new Admission(ack, { membership, gate, replicas, counters });
  const switchover = new Switchover({
    ...{ membership, gate, replicas, counters, logger },
    allowed: options.switchover === true,
    timeoutMs: options.switchoverMs ?? 5_000,
  });
  const acknowledged = new AcknowledgedLimit(ack, membership, replicas);
  const parts = { membership, replicas, vouched, acknowledged, switchover, counters };
  const member = new ClusterMember({ ...options, logger }, parts);
  const end = new AbortController();
  const following = litefsUrl
    ? followEvents(
        litefsUrl,
        { onEvent: (event) => membership.apply(event), onLost: (error) => membership.lose(error) },
        end.signal,
      )
    : membership.apply({ type: 'init', data: { isPrimary: true } });
  const discovering = peers && litefsUrl ? discoverPrimary(membership, peerPort, others, end.signal) : undefined;
  const fenced = membership.fence.follow(
    (error) => logger.warn(`liteset: cannot follow the lease, will try again: ${String(error)}`),
    end.signal,
  );

  const waits = { peerPort, primaryWaitMs, readWaitMs };
  const handle = handleRequests({ arrivals, membership, admission, gate, room, reads, writes, ...waits });

  return {
    middleware: (req, res, next) => void handle(req, res, next).catch((error) => answerProblem(res, error)),
    handle,
    explain: (error, res) => explainReplicaWrite(membership, error, res),
    role: () => membership.role,
    primary: () => membership.primary,
    position: () => membership.copy.position().txid,
    version: () => membership.copy.version(),
    connected: () => membership.connected,
    mayWrite: () => admission.mayWrite,
    committer: (writing) => {
      if (committer) throw new Error('There is a committer already: an application has one.');
      committer = new Committer(writing, { arrivals, version: () => membership.copy.version() });
      return committer;
    },
    onBecomePrimary: (listener) => membership.onBecomePrimary(listener),
    onTransaction: (listener) => membership.onTransaction(listener),
    cluster: () => askCluster(membership, peerPort, others),
    switchover: (target) => switchover.run(target),
    leave: () => member.leave(),
    counters: () => counters,
    close: async () => {
      end.abort();
      await Promise.all([following, fenced, discovering, member.close()]);
      membership.copy.close();
    },
  };
}

function answerProblem(res: ServerResponse, error: unknown): void {
  if (!(error instanceof Problem)) throw error;
  sendProblem(res, error);
}
