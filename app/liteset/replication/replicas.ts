import type { Counters } from '../counters.ts';
import { type Position, samePosition } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import type { Order, Report } from './reports.ts';

/** A replica whose reports arrive. */
export interface Replica extends Report {
  /** Where its connection comes from, for want of a better name. */
  readonly address: string;
  /** Tells it something. */
  send(order: Order): void;
}

/** The replicas that report their positions to this pod. They count for something only while this pod is the primary. */
export class Replicas {
  readonly #membership: Membership;
  readonly #counters: Counters;
  readonly #replicas = new Map<string, Replica>();
  #confirmed: Position | undefined;

  constructor(membership: Membership, counters: Counters) {
    this.#membership = membership;
    this.#counters = counters;
    // What was confirmed in an earlier time as the primary may be of a history that is gone.
    membership.onBecomePrimary(() => {
      this.#confirmed = undefined;
      for (const replica of this.all()) this.#vouchFor(replica);
    });
  }

  all(): Replica[] {
    return [...this.#replicas.values()];
  }

  /** The furthest position that a replica has reported since this pod became the primary; undefined if none has. */
  get confirmed(): Position | undefined {
    return this.#confirmed;
  }

  /** Those that have a transaction of this pod's history. */
  having(position: Position): Replica[] {
    return this.all().filter((replica) => {
      if (replica.position.txid <= position.txid) return samePosition(replica.position, position);
      return this.#membership.copy.verdict(replica.position) === 'covered';
    });
  }

  /** How many have a position: as soon as so many have, this pod is not the primary any more, or the time (in milliseconds) is over. */
  async confirm(position: Position, wanted: number, ms: number, signal: AbortSignal): Promise<number> {
    let count = 0;
    const isOver = () => {
      // One that has had it may be gone since, or report to a new primary: what was confirmed stays so.
      count = Math.max(count, this.having(position).length);
      return count >= wanted || this.#membership.role !== 'primary';
    };
    await this.#membership.changes.until(isOver, ms, signal);
    return count;
  }

  /** Takes in a report. */
  put(replica: Replica): void {
    this.#replicas.set(replica.pod, replica);
    const { position } = replica;
    const isFurther = position.txid > (this.#confirmed?.txid ?? '') && this.#membership.role === 'primary';
    if (isFurther && this.#membership.copy.verdict(position) === 'covered') this.#confirmed = position;
    this.#counters.replicas = this.#replicas.size;
    this.#membership.changes.notify();
    this.#vouchFor(replica);
  }

  /** Forgets a replica whose stream of reports has ended, unless it has another one by now. */
  remove({ pod, send }: Replica): void {
    if (this.#replicas.get(pod)?.send !== send) return;
    this.#replicas.delete(pod);
    this.#counters.replicas = this.#replicas.size;
    this.#membership.changes.notify();
  }

  /** What a replica is told now and then. */
  heartbeat(): Order {
    return { position: this.#membership.copy.position() };
  }

  /** Those positions that this pod's history does not have. What is too long ago to tell is not among them. */
  foreign(positions: readonly Position[]): Position[] {
    return positions.filter((position) => this.#membership.copy.verdict(position) !== 'covered');
  }

  /** Tells a replica that asks for it that another pod has what it has: this one, the primary. */
  #vouchFor({ asks, position, send }: Replica): void {
    const membership = this.#membership;
    if (!asks || membership.role !== 'primary') return;
    if (samePosition(position, membership.copy.position()) || membership.copy.remembers(position))
      send({ vouched: true });
  }
}
