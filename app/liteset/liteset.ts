import type { ServerResponse } from 'node:http';
import { ReadPolicy } from './answers/read-policy.ts';
import { TOKEN_COOKIE } from './answers/token.ts';
import { WritePolicy } from './answers/write-policy.ts';
import { ClusterMember } from './cluster.ts';
import { newCounters } from './counters.ts';
import { Arrivals } from './group-commit/arrivals.ts';
import { Committer } from './group-commit/committer.ts';
import type { Liteset } from './interface.ts';
import { Addresses } from './lib/addresses.ts';
import { shared } from './lib/shared.ts';
import { askLitefs } from './litefs/client.ts';
import { followEvents } from './litefs/events.ts';
import { positionFirst } from './litefs/position-first.ts';
import type { Positions } from './litefs/positions.ts';
import { discoverPrimary } from './membership/discover-primary.ts';
import { Membership } from './membership/membership.ts';
import { askCluster, statusOf } from './membership/peers.ts';
import { PrimaryPosition } from './membership/primary-position.ts';
import type { AckOptions, LitesetOptions } from './options.ts';
import { Problem, sendProblem } from './problem/problem.ts';
import { explainSqlite } from './problem/sqlite-problem.ts';
import { explainReplicaWrite } from './replica-write.ts';
import { AcknowledgedLimit } from './replication/acknowledged-limit.ts';
import { Replicas } from './replication/replicas.ts';
import { Standstill } from './replication/standstill.ts';
import { Vouched } from './replication/vouched.ts';
import { Admission } from './routing/admission.ts';
import { Bodies, type BodyLimits } from './routing/bodies.ts';
import { handleOnPrimary } from './routing/primary-requests.ts';
import { ReadWaits } from './routing/read-waits.ts';
import { handleRequests } from './routing/requests.ts';
import { VolumeRoom } from './routing/volume-room.ts';
import { WaitingRoom } from './routing/waiting-room.ts';
import { Way } from './routing/way.ts';
import { Gate } from './switchover/gate.ts';
import { failed } from './switchover/promotion.ts';
import { Switchover } from './switchover/switchover.ts';

export type { Counters } from './counters.ts';
export type { Committer, CommitterOptions } from './group-commit/committer.ts';
export type { Liteset } from './interface.ts';
export type { Cluster, Status } from './membership/peers.ts';
export type { LitesetOptions, Role } from './options.ts';
export type { SwitchoverResult } from './switchover/switchover.ts';

/** How long LiteFS may take to say where its databases stand, in milliseconds. */
const POSITIONS_MS = 2_000;
const MEBIBYTE = 1024 * 1024;
/** Longest that DNS may take to name the pods, in milliseconds: then those are asked that it named last. */
const DNS_MS = 1_000;

/**
 * Makes an application of `node:http` a member of a LiteFS cluster.
 *
 * @example
 * const cluster = liteset({ database: '/litefs/app.db', pod: hostname(), litefsUrl: 'http://127.0.0.1:20202' });
 * createServer((req, res) => cluster.middleware(req, res, () => answer(req, res)));
 */
export function liteset(options: LitesetOptions): Liteset {
  const { database, pod, litefsUrl, peers, peerPort = 8080, primaryWaitMs = 10_000, readWaitMs = 1_000 } = options;
  const { logger = console, waitingRequests = 1_000, waitingBytes = 64 * MEBIBYTE } = options;
  const { ackReplicas = 0, ackTimeoutMs = 2_000, ackPolicy = 'refuse' } = options;
  if (ackReplicas > 0 && (litefsUrl === undefined || options.clusterPort === undefined))
    throw new Error('Replicas can acknowledge writes only with LiteFS and a cluster port.');
  const { runOn = 'all', application, positions } = options;
  const onLitefs = litefsUrl === undefined ? undefined : database;
  const membership = new Membership(pod, onLitefs, logger, options.fenceUrl, positions);
  const counters = newCounters();
  const addresses = new Addresses();
  const arrivals = new Arrivals();
  const statusPort = options.statusPort ?? peerPort;
  const survey = shared(() => askCluster(membership, statusPort, others));
  const others = async () => (peers ? addresses.of([peers], DNS_MS) : []);
  const gate = new Gate(membership.changes, counters);
  const room = () => new WaitingRoom({ requests: waitingRequests, bytes: waitingBytes }, counters);
  const replicas = new Replicas(membership, counters);
  const vouched = new Vouched(membership, replicas);
  const standstill = new Standstill(membership.copy);
  const ack: AckOptions = { replicas: ackReplicas, timeoutMs: ackTimeoutMs, policy: ackPolicy };
  let committer: Committer | undefined;
  const writes = new WritePolicy(ack, { membership, replicas, counters });
  const reads = new ReadPolicy(ack, { membership, replicas, vouched, counters }, () => committer);
  const admission = new Admission(ack, { membership, gate, replicas, counters, application });
  application?.onChange(() => membership.changes.notify());
  const switchover = new Switchover({
    ...{ membership, gate, replicas, counters, logger, application },
    positions: application && litefsUrl !== undefined ? () => allPositions(litefsUrl) : undefined,
    allowed: options.switchover === true,
    timeoutMs: options.switchoverMs ?? 5_000,
  });
  const acknowledged = new AcknowledgedLimit(ack, membership, replicas);
  const volume =
    options.volume &&
    new VolumeRoom(
      { ...options.volume, pod, fenceUrl: options.fenceUrl },
      { membership, switchover, counters, logger },
    );
  const parts = { membership, replicas, vouched, standstill, acknowledged, switchover, counters, volume };
  const member = new ClusterMember({ ...options, logger }, parts);
  const end = new AbortController();
  const following = litefsUrl
    ? followEvents(
        litefsUrl,
        positionFirst(
          positions,
          {
            onEvent: (event, position) => membership.apply(event, position),
            onLost: (error) => membership.lose(error),
          },
          end.signal,
        ),
        end.signal,
      )
    : membership.apply({ type: 'init', data: { isPrimary: true } });
  const discovering = peers && litefsUrl ? discoverPrimary(membership, statusPort, others, end.signal) : undefined;
  const fenced = membership.fence.follow(
    (error) => logger.warn(`liteset: cannot follow the lease, will try again: ${String(error)}`),
    end.signal,
  );

  void volume?.watch(end.signal);

  const rooms = { reads: room(), writes: room() };
  const way = new Way({ membership, admission, application, room: rooms.writes, peerPort, primaryWaitMs });
  const answersStatus = options.statusPort === undefined;
  const handleAll = () =>
    handleRequests({
      ...{
        arrivals,
        membership,
        admission,
        gate,
        volume,
        reads,
        writes,
        peerPort,
        primaryWaitMs,
        rooms,
        answersStatus,
      },
      bodies: new Bodies(bodyLimits(options), counters),
      readWaits: new ReadWaits(
        { requests: waitingRequests, ms: readWaitMs },
        membership,
        new PrimaryPosition(membership, statusPort),
        counters,
      ),
      tokenCookie: options.tokenCookie ?? TOKEN_COOKIE,
      trustedOrigins: options.trustedOrigins ?? [],
    });
  const handle =
    runOn === 'all' ? handleAll() : handleOnPrimary({ membership, gate, volume, writes, way, answersStatus });

  return {
    middleware: (req, res, next) => void handle(req, res, next).catch((error) => answerProblem(res, error)),
    handle,
    reach: (req, signal, ways) => way.take(req, signal, ways),
    explain: async (error, res) => explainSqlite(await explainReplicaWrite(membership, error, res)),
    role: () => membership.role,
    primary: () => membership.primary,
    position: () => membership.copy.position().txid,
    version: () => membership.copy.version(),
    connected: () => membership.connected,
    standstillMs: () => standstill.ms,
    mayWrite: () => admission.mayWrite,
    committer: (writing) => {
      if (committer) throw new Error('There is a committer already: an application has one.');
      committer = new Committer(writing, { arrivals, version: () => membership.copy.version() });
      return committer;
    },
    onBecomePrimary: (listener) => membership.onBecomePrimary(listener),
    onPrimaryChange: (listener) => membership.onPrimaryChange(listener),
    onTransaction: (listener) => membership.onTransaction(listener),
    status: () => statusOf(membership),
    cluster: survey,
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

/** Another process may have more databases than the one that is followed. */
async function allPositions(litefsUrl: string): Promise<Positions> {
  const status = await askLitefs(litefsUrl, POSITIONS_MS);
  if (!status) throw failed('LiteFS does not say where its databases stand.');
  return status.positions;
}

function bodyLimits({ maxBodyBytes = 16 * MEBIBYTE, ...options }: LitesetOptions): BodyLimits {
  const { readingRequests = 500, readingBytes = 64 * MEBIBYTE, bodyMs = 30_000 } = options;
  return { most: maxBodyBytes, requests: readingRequests, bytes: Math.max(readingBytes, maxBodyBytes), ms: bodyMs };
}

function answerProblem(res: ServerResponse, error: unknown): void {
  if (!(error instanceof Problem)) throw error;
  sendProblem(res, error);
}
