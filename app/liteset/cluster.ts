import type { Server } from 'node:http';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serveCluster } from './cluster-server.ts';
import type { Counters } from './counters.ts';
import { askInfo, askPromotion, LitefsRefusal } from './litefs/client.ts';
import { type Position, samePosition } from './litefs/position.ts';
import type { Membership } from './membership/membership.ts';
import type { LitesetOptions, Logger } from './options.ts';
import type { AcknowledgedLimit } from './replication/acknowledged-limit.ts';
import { DiscardedTransactions } from './replication/discarded.ts';
import type { Replicas } from './replication/replicas.ts';
import { reportDiscarded } from './replication/report-discarded.ts';
import { Reporter } from './replication/reporter.ts';
import type { Vouched } from './replication/vouched.ts';
import type { Switchover } from './switchover/switchover.ts';

/** How long LiteFS may take to answer that it will be promoted, in milliseconds. */
const PROMOTION_MS = 10_000;
/** How often a pod that goes down tries to switch over, the pause in between, and how long it waits for a replica to do so. */
const LEAVE = { attempts: 3, pauseMs: 250, replicaMs: 1_500 };

interface Parts {
  membership: Membership;
  replicas: Replicas;
  vouched: Vouched;
  acknowledged: AcknowledgedLimit;
  switchover: Switchover;
  counters: Counters;
}

/** What this pod has to do with the others: it reports to the primary, is reported to, and takes over or gives over. */
export class ClusterMember {
  readonly #options: LitesetOptions & { logger: Logger };
  readonly #parts: Parts;
  readonly #end = new AbortController();
  readonly #reporting: Promise<void> | undefined;
  readonly #server: Server | undefined;
  readonly #discarded: DiscardedTransactions | undefined;
  #leaving = false;

  constructor(options: LitesetOptions & { logger: Logger }, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    const { litefsUrl, clusterPort, clusterHost, switchoverToken, switchover = false } = options;
    if (litefsUrl === undefined || clusterPort === undefined) return;
    const { membership, replicas } = parts;
    if (options.keep) this.#discarded = new DiscardedTransactions(options.keep, membership, replicas, options.logger);
    this.#server = serveCluster({
      ...{ port: clusterPort, host: clusterHost, token: switchoverToken, replicas },
      confirmed: {
        database: basename(options.database),
        changes: membership.changes,
        limit: () => parts.acknowledged.position(),
      },
      switchover: (target) => parts.switchover.run(target),
    });
    const reporter = new Reporter({
      ...{ membership, vouched: parts.vouched, port: clusterPort },
      isCandidate: async () => switchover && (await askInfo(litefsUrl)).candidate,
      isLeaving: () => this.#leaving,
      onPrimary: (host) => membership.announce(host),
      onDiscarded: (positions) => this.#onDiscarded(positions),
      promote: (position) => this.#promote(litefsUrl, position),
    });
    this.#reporting = reporter.run(this.#end.signal);
    membership.onBecomePrimary(() => void this.#onPromoted(litefsUrl));
  }

  /** Says that this pod goes down, and switches over if it is the primary. Never throws. */
  async leave(): Promise<void> {
    this.#leaving = true;
    const { membership, switchover } = this.#parts;
    membership.changes.notify();
    for (let attempt = 0; attempt < LEAVE.attempts && membership.role === 'primary'; attempt++) {
      if (this.#server) await membership.changes.until(() => switchover.mayBegin, LEAVE.replicaMs);
      if (!switchover.mayBegin) return;
      const isDone = await switchover.run().then(
        () => true,
        () => false,
      );
      if (!isDone) await delay(LEAVE.pauseMs);
    }
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#server?.close();
    this.#server?.closeAllConnections();
    await this.#reporting;
  }

  /** Learns how the others call this pod, which the old primary waits for. */
  async #onPromoted(litefsUrl: string): Promise<void> {
    const { membership } = this.#parts;
    const info = await askInfo(litefsUrl).catch(() => undefined);
    membership.host = info?.primary.hostname ?? membership.host ?? '';
    if (this.#leaving) await this.leave();
  }

  /** Takes over, if this copy is as far as the primary's. */
  async #promote(litefsUrl: string, position: Position): Promise<string | undefined> {
    const { membership } = this.#parts;
    if (this.#leaving) return 'it is going down';
    if (!samePosition(position, membership.copy.position())) return 'it is at another position';
    try {
      await askPromotion(litefsUrl, AbortSignal.timeout(PROMOTION_MS));
    } catch (error) {
      // Anything but LiteFS's own word may come after the lease has moved: the primary must not go on for it.
      if (error instanceof LitefsRefusal) return error.message;
      this.#options.logger.warn(`liteset: no answer to the promotion: ${String(error)}`);
    }
  }

  #onDiscarded(positions: Position[]): void {
    const { counters } = this.#parts;
    if (positions.length === 0) {
      this.#discarded?.settle(positions);
      return;
    }
    counters.discardedTransactions += positions.length;
    const [first, last] = [positions[0]?.txid, positions.at(-1)?.txid];
    this.#options.logger.error(
      `liteset: ${positions.length} transactions of this pod are not in the primary's history and were discarded: TXID ${first} to ${last}`,
    );
    this.#discarded?.settle(positions);
    reportDiscarded(this.#options.fenceUrl, positions).catch((error: unknown) =>
      this.#options.logger.warn(`liteset: cannot have an Event written of that: ${String(error)}`),
    );
  }
}
