import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Counters } from '../counters.ts';
import { abortOnClose } from '../lib/http.ts';
import type { Position } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import type { AckOptions } from '../options.ts';
import { Problem } from '../problem/problem.ts';
import { LOOK_FIRST, problems, RETRY_AFTER } from '../problem/types.ts';
import { type Replicas, sayReplicas } from '../replication/replicas.ts';
import { isRepeatable } from '../routing/forward.ts';
import { holdAnswer } from './held-answer.ts';

/** What decides on answers. */
interface Parts {
  membership: Membership;
  replicas: Replicas;
  counters: Counters;
}

/** Holds answers to writes until enough replicas have them, and this pod's lease allows to give them. */
export class Acknowledgement {
  readonly #options: AckOptions;
  readonly #membership: Membership;
  readonly #replicas: Replicas;
  readonly #counters: Counters;

  constructor(options: AckOptions, { membership, replicas, counters }: Parts) {
    this.#options = options;
    this.#membership = membership;
    this.#replicas = replicas;
    this.#counters = counters;
  }

  /**
   * Keeps back all that the handler answers, from its first byte on, until enough replicas have the position that this
   * copy has then, and this pod is certain to be the primary. `freeze` is told that position. An answer of 400 and above
   * says that nothing was done, and goes at once.
   */
  hold(req: IncomingMessage, res: ServerResponse, freeze: (position: Position) => void): void {
    if (this.#options.replicas === 0 && !this.#membership.fence.exists) return;
    const { epoch } = this.#membership.fence;
    holdAnswer(res, (answer) => {
      const position = this.#membership.copy.livePosition();
      freeze(position ?? this.#membership.copy.position());
      if (res.statusCode >= 400) answer.release();
      else void this.#decide(req, res, position, epoch).then((no) => (no ? answer.replace(no) : answer.release()));
    });
  }

  /** Returns what the client of a write is told instead of the answer, if anything. */
  async #decide(
    req: IncomingMessage,
    res: ServerResponse,
    position: Position | undefined,
    epoch: number,
  ): Promise<Problem | undefined> {
    const end = performance.now() + this.#options.timeoutMs;
    if (this.#options.replicas > 0) {
      if (!position) return this.#unknown(req, `It is done on ${this.#membership.pod}, whose LiteFS has ended since.`);
      const problem = await this.#confirm(req, res, position);
      if (problem) return problem;
    }
    // Last, since its word is good for this moment only.
    return this.#stillPrimary(req, res, epoch, end - performance.now());
  }

  /** Waits until this pod is certain to have been the primary all the time since the write began. */
  async #stillPrimary(
    req: IncomingMessage,
    res: ServerResponse,
    epoch: number,
    ms: number,
  ): Promise<Problem | undefined> {
    if (!this.#membership.fence.exists) return undefined;
    const isPrimary = () => this.#membership.mayActAsPrimary(epoch);
    const isOver = () => this.#membership.fence.epoch !== epoch || this.#membership.role !== 'primary';
    // A renewal that comes late still shows that nobody else was the primary in between.
    await this.#membership.changes.until(() => isPrimary() || isOver(), ms, abortOnClose(res));
    if (isPrimary()) return undefined;
    const detail = `The write was committed on ${this.#membership.pod}, which then could not confirm that it was still the primary. It may be lost.`;
    return this.#unknown(req, detail);
  }

  /** Waits for the replicas. */
  async #confirm(req: IncomingMessage, res: ServerResponse, position: Position): Promise<Problem | undefined> {
    const { replicas, timeoutMs, policy } = this.#options;
    const began = performance.now();
    this.#counters.holding++;
    const count = await this.#replicas.confirm(position, replicas, timeoutMs, abortOnClose(res));
    // A switchover waits for the last one.
    if (--this.#counters.holding === 0) this.#membership.changes.notify();
    this.#counters.acknowledged++;
    this.#counters.acknowledgeSeconds += (performance.now() - began) / 1_000;
    if (count >= replicas || (policy === 'acknowledge' && !this.#mayBeLost(count))) {
      if (count < replicas) this.#counters.acknowledgedShort++;
      sayReplicas(res, count, replicas);
      return undefined;
    }
    const detail = `It is done on ${this.#membership.pod}, and ${count} of ${replicas} replicas have it after ${Math.round(performance.now() - began)} ms.`;
    return this.#unknown(req, detail);
  }

  /** Whether this pod has ceased to be the primary before any replica was known to have it. */
  #mayBeLost(count: number): boolean {
    return this.#membership.role !== 'primary' && count === 0;
  }

  #unknown(req: IncomingMessage, detail: string): Problem {
    this.#counters.acknowledgeUnknown++;
    const headers = isRepeatable(req) ? RETRY_AFTER : {};
    return new Problem(problems.notReplicated, `${detail} ${LOOK_FIRST}`, { headers });
  }
}
