import { setTimeout as delay } from 'node:timers/promises';
import type { Membership } from '../membership/membership.ts';
import type { Switchover } from './switchover.ts';

/** How often a pod that goes down tries to switch over, and the pause in between in milliseconds. */
const ATTEMPTS = { most: 3, pauseMs: 250 };
/** How long it waits for a replica to switch over to, in milliseconds. */
const REPLICA_MS = 1_500;

/** The way down of this pod. */
export class Departure {
  readonly #membership: Membership;
  readonly #switchover: Switchover;
  #hasBegun = false;

  constructor(membership: Membership, switchover: Switchover) {
    this.#membership = membership;
    this.#switchover = switchover;
  }

  /** Whether this pod goes down: it is not to become the primary any more. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Says that this pod goes down, and switches over if it is the primary. Never throws. `mayCome`: whether replicas may still connect. */
  async begin(mayCome: boolean): Promise<void> {
    this.#hasBegun = true;
    const { changes } = this.#membership;
    changes.notify();
    for (let attempt = 0; attempt < ATTEMPTS.most && this.#membership.role === 'primary'; attempt++) {
      if (mayCome) await changes.until(() => this.#switchover.mayBegin, REPLICA_MS);
      if (!this.#switchover.mayBegin) return;
      const isDone = await this.#switchover.run().then(
        () => true,
        () => false,
      );
      if (!isDone) await delay(ATTEMPTS.pauseMs);
    }
  }
}
