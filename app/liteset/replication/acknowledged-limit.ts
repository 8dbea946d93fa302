import { ORIGIN, type Position } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import type { AckOptions } from '../options.ts';
import type { Replicas } from './replicas.ts';

/** How far this pod has acknowledged writes as the primary. */
export class AcknowledgedLimit {
  readonly #options: AckOptions;
  readonly #membership: Membership;
  readonly #replicas: Replicas;
  /** Where this copy stood when this pod became the primary. */
  #began = ORIGIN;

  constructor(options: AckOptions, membership: Membership, replicas: Replicas) {
    this.#options = options;
    this.#membership = membership;
    this.#replicas = replicas;
    membership.onBecomePrimary(() => {
      this.#began = membership.copy.position();
    });
  }

  /**
   * The position beyond which this primary has acknowledged no write; undefined if it is not the primary, or acknowledges
   * without replicas. What was acknowledged before its time is within the position that it began with.
   */
  position(): Position | undefined {
    const { replicas, policy } = this.#options;
    if (replicas === 0 || policy !== 'refuse' || this.#membership.role !== 'primary') return undefined;
    const { confirmed } = this.#replicas;
    return confirmed && confirmed.txid > this.#began.txid ? confirmed : this.#began;
  }
}
