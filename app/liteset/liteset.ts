import type { ErrorRequestHandler, RequestHandler } from 'express';
import { followEvents } from './events.ts';
import { Membership } from './membership.ts';
import { askCluster } from './peers.ts';
import { explainReplicaWrite } from './replica-write.ts';
import { handleRequests } from './requests.ts';

/** What this pod does with the database: the primary takes the writes, a replica follows it. */
export type Role = 'primary' | 'replica';

/** The part of a logger that is used; the console is one. */
export type Logger = Pick<Console, 'info' | 'warn' | 'error'>;

/** How `liteset()` is set up. */
export interface LitesetOptions {
  /** Path of the database file, on LiteFS's mount. */
  database: string;
  /** Name of this pod, as answers show it. */
  pod: string;
  /** LiteFS's own HTTP server, e.g. `http://127.0.0.1:20202`. Default: none; this process is then the primary. */
  litefsUrl?: string;
  /** DNS name whose A records are all pods. Default: none; only this pod is known. */
  peers?: string;
  /** Port of the application on every pod. Default: 8080. */
  peerPort?: number;
  /** How long a write waits for a primary, in milliseconds. Default: 10,000. */
  primaryWaitMs?: number;
  /** How long a read waits for its position before the primary answers it, in milliseconds. Default: 1,000. */
  readWaitMs?: number;
  /** Where changes of role and lost connections are told. Default: the console. */
  logger?: Logger;
}

/** One pod, as `cluster()` knows it. */
export interface PodStatus {
  pod: string;
  role: Role;
  /** TXID as 16 hex digits. */
  position: string;
  /** How many transactions it is behind the furthest pod that answered. */
  lagTransactions: number;
  /** Whether it is the pod that was asked. */
  self: boolean;
}

/** The pods that answered, and which of them takes the writes. */
export interface Cluster {
  primary: string | null;
  pods: PodStatus[];
}

/** What an application holds of Liteset. */
export interface Liteset {
  /** Mount it first, before any body parser: it reads the bodies of the writes that it forwards. */
  readonly middleware: RequestHandler;
  /** Mount it before the application's own error handler: it turns SQLite's refusal of a write into a `Problem`. */
  readonly onError: ErrorRequestHandler;
  role(): Role;
  /** Host name of the primary; undefined if none is known. */
  primary(): string | undefined;
  /** TXID of this pod's copy, as 16 hex digits. */
  position(): string;
  /**
   * Whether LiteFS answers, and this pod is the primary or has been connected to one. It stays true when the primary
   * goes away, so that a readiness probe built on it does not take the replicas out of service with the primary.
   */
  connected(): boolean;
  /** Calls the listener whenever this pod becomes the primary; at once if it is already. */
  onBecomePrimary(listener: () => void): void;
  /** Asks every pod for its role and position; one that does not answer within a second is left out. */
  cluster(): Promise<Cluster>;
  /** Ends the connection to LiteFS. */
  close(): Promise<void>;
}

/**
 * Makes an Express application a member of a LiteFS cluster.
 *
 * @example
 * const cluster = liteset({ database: '/litefs/app.db', pod: hostname(), litefsUrl: 'http://127.0.0.1:20202' });
 * app.use(cluster.middleware, express.json(), routes, cluster.onError, ownErrorHandler);
 */
export function liteset({
  database,
  pod,
  litefsUrl,
  peers,
  peerPort = 8080,
  primaryWaitMs = 10_000,
  readWaitMs = 1_000,
  logger = console,
}: LitesetOptions): Liteset {
  const membership = new Membership(pod, database, logger);
  const end = new AbortController();
  const following = litefsUrl
    ? followEvents(
        litefsUrl,
        { onEvent: (event) => membership.apply(event), onLost: (error) => membership.lose(error) },
        end.signal,
      )
    : membership.apply({ type: 'init', data: { isPrimary: true } });

  return {
    middleware: handleRequests(membership, { peerPort, primaryWaitMs, readWaitMs }),
    onError: explainReplicaWrite(membership),
    role: () => membership.role,
    primary: () => membership.primary,
    position: () => membership.position().txid,
    connected: () => membership.connected,
    onBecomePrimary: (listener) => membership.onBecomePrimary(listener),
    cluster: () => askCluster(membership, peers, peerPort),
    close: async () => {
      end.abort();
      await following;
      membership.close();
    },
  };
}
