import type { Position } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import type { Replicas } from './replicas.ts';

/**
 * Whether another pod has what this replica shows: then no failover takes it back. One that was the primary before may have
 * written what nobody else has, and shows it until LiteFS has fetched its successor's copy. All else a replica has from a primary.
 */
export class Vouched {
  readonly #membership: Membership;
  readonly #replicas: Replicas;
  #vouched = false;

  constructor(membership: Membership, replicas: Replicas) {
    this.#membership = membership;
    this.#replicas = replicas;
    membership.onBecomePrimary(() => {
      this.#vouched = false;
      membership.copy.expectDivergence(false);
    });
    membership.onDemoted(() => membership.copy.expectDivergence(!this.has(membership.copy.position())));
  }

  /** Whether a primary has said, since this pod was the primary itself, that its history has what this copy has. */
  get vouched(): boolean {
    return this.#vouched;
  }

  /** Takes in that a primary has said so of a position that this pod has reported to it. */
  vouch(): void {
    this.#vouched = this.#membership.role === 'replica';
  }

  /** Whether another pod has this position of the copy. */
  has(position: Position): boolean {
    const { confirmed } = this.#replicas;
    return this.#vouched || (confirmed !== undefined && position.txid <= confirmed.txid);
  }
}
