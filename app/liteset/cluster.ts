import type { Server } from 'node:http';
import { basename } from 'node:path';
import { serveCluster } from './cluster-server.ts';
import type { Counters } from './counters.ts';
import { askInfo } from './litefs/client.ts';
import type { Membership } from './membership/membership.ts';
import type { LitesetOptions, Logger } from './options.ts';
import type { AcknowledgedLimit } from './replication/acknowledged-limit.ts';
import { DiscardedTransactions } from './replication/discarded.ts';
import type { Replicas } from './replication/replicas.ts';
import { reportDiscarded } from './replication/report-discarded.ts';
import { Reporter } from './replication/reporter.ts';
import type { Standstill } from './replication/standstill.ts';
import type { Vouched } from './replication/vouched.ts';
import type { VolumeRoom } from './routing/volume-room.ts';
import { Departure } from './switchover/departure.ts';
import type { Switchover } from './switchover/switchover.ts';
import { learnHost, takeOver } from './switchover/take-over.ts';

/** What a member of a cluster is made of. */
export interface MemberParts {
  membership: Membership;
  replicas: Replicas;
  vouched: Vouched;
  standstill: Standstill;
  acknowledged: AcknowledgedLimit;
  switchover: Switchover;
  counters: Counters;
  /** Undefined where nobody looks at the volume. */
  volume: VolumeRoom | undefined;
}

/** What this pod has to do with the others: it reports to the primary, is reported to, and takes over or gives over. */
export class ClusterMember {
  readonly #parts: MemberParts;
  readonly #departure: Departure;
  readonly #end = new AbortController();
  #server: Server | undefined;
  #reporting: Promise<void> | undefined;

  constructor(options: LitesetOptions & { logger: Logger }, parts: MemberParts) {
    const { litefsUrl, clusterPort } = options;
    this.#parts = parts;
    this.#departure = new Departure(parts.membership, parts.switchover);
    if (litefsUrl !== undefined && clusterPort !== undefined) this.#join({ ...options, litefsUrl, clusterPort });
  }

  /** Says that this pod goes down, and switches over if it is the primary. Never throws. */
  leave(): Promise<void> {
    return this.#departure.begin(this.#server !== undefined);
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#server?.close();
    this.#server?.closeAllConnections();
    await this.#reporting;
  }

  #join(options: LitesetOptions & { logger: Logger; litefsUrl: string; clusterPort: number }): void {
    const { litefsUrl, clusterPort: port, switchover: mayMove = false, logger, fenceUrl, keep } = options;
    const { membership, replicas, vouched, standstill, acknowledged, switchover, counters, volume } = this.#parts;
    const kept = keep && new DiscardedTransactions(keep, membership, replicas, logger);
    this.#server = serveCluster({
      ...{ port, host: options.clusterHost, token: options.switchoverToken, replicas },
      confirmed: {
        database: basename(options.database),
        changes: membership.changes,
        limit: () => acknowledged.position(),
      },
      switchover: (target) => switchover.run(target),
    });
    const reporter = new Reporter({
      ...{ membership, vouched, standstill, port },
      isCandidate: async () => mayMove && (await askInfo(litefsUrl)).candidate,
      isLeaving: () => this.#departure.hasBegun,
      isShort: () => volume?.short,
      onPrimary: (host) => membership.announce(host),
      onDiscarded: (positions) => reportDiscarded(positions, { kept, counters, logger, fenceUrl }),
      promote: async (position, all) =>
        this.#departure.hasBegun ? 'it is going down' : takeOver(litefsUrl, { position, all }, membership, logger),
    });
    this.#reporting = reporter.run(this.#end.signal);
    membership.onBecomePrimary(() => void this.#onPromoted(litefsUrl));
  }

  async #onPromoted(litefsUrl: string): Promise<void> {
    await learnHost(litefsUrl, this.#parts.membership);
    if (this.#departure.hasBegun) await this.leave();
  }
}
