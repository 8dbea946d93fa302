import type { Counters } from '../counters.ts';
import { abortOnClose } from '../lib/http.ts';
import type { Position } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import type { AckOptions } from '../options.ts';
import type { Replicas } from '../replication/replicas.ts';
import type { HeldResponse } from './held-response.ts';
import { sayReplicas } from './replicas-header.ts';

/** What decides on answers. */
export interface PolicyParts {
  membership: Membership;
  replicas: Replicas;
  counters: Counters;
}

/** When answers of this pod may go, see `WritePolicy` and `ReadPolicy`: what they have in common. */
export abstract class AnswerPolicy {
  protected readonly ack: AckOptions;
  protected readonly membership: Membership;
  protected readonly replicas: Replicas;
  protected readonly counters: Counters;

  constructor(ack: AckOptions, { membership, replicas, counters }: PolicyParts) {
    this.ack = ack;
    this.membership = membership;
    this.replicas = replicas;
    this.counters = counters;
  }

  /** Has the answer show where this copy stands now. Returns that, if LiteFS says it. */
  protected freeze(response: HeldResponse): Position | undefined {
    const { copy } = this.membership;
    const position = copy.livePosition();
    response.freeze(position ?? copy.position());
    return position;
  }

  /** How many replicas have a position: as soon as they are enough, or after `ms`. It ends when the client goes. */
  protected confirm({ res }: HeldResponse, position: Position, ms: number): Promise<number> {
    return this.replicas.confirm(position, this.ack.replicas, ms, abortOnClose(res));
  }

  /** Says on the answer how many replicas have what it says. */
  protected say({ res }: HeldResponse, count: number): void {
    sayReplicas(res, count, this.ack.replicas);
  }
}
