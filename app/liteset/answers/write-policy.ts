import type { IncomingMessage } from 'node:http';
import { abortOnClose } from '../lib/http.ts';
import { isRepeatable } from '../lib/repeatable.ts';
import type { Position } from '../litefs/position.ts';
import { Problem } from '../problem/problem.ts';
import { LOOK_FIRST, problems, RETRY_AFTER } from '../problem/types.ts';
import { AnswerPolicy } from './answer-policy.ts';
import type { HeldResponse } from './held-response.ts';

/** Holds answers to writes until enough replicas have them, and this pod's lease allows to give them. */
export class WritePolicy extends AnswerPolicy {
  /**
   * Keeps back all that the handler answers, from its first byte on, until enough replicas have the position that this
   * copy has then, and this pod is certain to be the primary. An answer of 400 and above says that nothing was done, and goes at once.
   *
   * Where other processes write, their commits have to be LiteFS's first. Nobody knows then what an answer of 400 and above says: only
   * one of 500 and above, which promises nothing, goes at once.
   */
  hold(req: IncomingMessage, response: HeldResponse): void {
    const { fence, copy } = this.membership;
    if (this.ack.replicas === 0 && !fence.exists && !copy.settles) return;
    const { epoch } = fence;
    response.hold(() => {
      if (copy.settles) return void this.#settle(req, response, epoch);
      const position = this.freeze(response);
      if (response.res.statusCode >= 400) response.settle();
      else void this.#decide(req, response, position, epoch).then((problem) => response.settle(problem));
    });
  }

  async #settle(req: IncomingMessage, response: HeldResponse, epoch: number): Promise<void> {
    if (response.res.statusCode >= 500) return response.settle();
    const { membership, counters } = this;
    counters.holding++;
    let problem: Problem | undefined;
    try {
      const position = (await membership.copy.settle()) ?? membership.copy.position();
      response.freeze(position);
      problem = await this.#decide(req, response, position, epoch);
    } catch (cause) {
      counters.unsettled++;
      const detail = `LiteFS on ${membership.pod} does not say that it has all that was written. ${LOOK_FIRST}`;
      problem = new Problem(problems.unsettled, detail, { headers: retryAfter(req), cause });
    }
    response.settle(problem);
    // A switchover waits for the last one.
    if (--counters.holding === 0) membership.changes.notify();
  }

  /** Returns what the client of a write is told instead of the answer, if anything. */
  async #decide(
    req: IncomingMessage,
    response: HeldResponse,
    position: Position | undefined,
    epoch: number,
  ): Promise<Problem | undefined> {
    const end = performance.now() + this.ack.timeoutMs;
    if (this.ack.replicas > 0) {
      if (!position) return this.#unknown(req, `It is done on ${this.membership.pod}, whose LiteFS has ended since.`);
      const problem = await this.#replicated(req, response, position);
      if (problem) return problem;
    }
    // Last, since its word is good for this moment only.
    return this.#stillPrimary(req, response, epoch, end - performance.now());
  }

  /** Waits until this pod is certain to have been the primary all the time since the write began. */
  async #stillPrimary(
    req: IncomingMessage,
    { res }: HeldResponse,
    epoch: number,
    ms: number,
  ): Promise<Problem | undefined> {
    const { membership } = this;
    if (!membership.fence.exists) return undefined;
    const isPrimary = () => membership.mayActAsPrimary(epoch);
    const isOver = () => membership.fence.epoch !== epoch || membership.role !== 'primary';
    // A renewal that comes late still shows that nobody else was the primary in between.
    await membership.changes.until(() => isPrimary() || isOver(), ms, abortOnClose(res));
    if (isPrimary()) return undefined;
    const detail = `The write was committed on ${membership.pod}, which then could not confirm that it was still the primary. It may be lost.`;
    return this.#unknown(req, detail);
  }

  /** Waits for the replicas. */
  async #replicated(req: IncomingMessage, response: HeldResponse, position: Position): Promise<Problem | undefined> {
    const { replicas, timeoutMs, policy } = this.ack;
    const began = performance.now();
    this.counters.holding++;
    const count = await this.confirm(response, position, timeoutMs);
    // A switchover waits for the last one.
    if (--this.counters.holding === 0) this.membership.changes.notify();
    this.counters.acknowledged++;
    this.counters.acknowledgeSeconds += (performance.now() - began) / 1_000;
    if (count >= replicas || (policy === 'acknowledge' && !this.#mayBeLost(count))) {
      if (count < replicas) this.counters.acknowledgedShort++;
      this.say(response, count);
      return undefined;
    }
    const detail = `It is done on ${this.membership.pod}, and ${count} of ${replicas} replicas have it after ${Math.round(performance.now() - began)} ms.`;
    return this.#unknown(req, detail);
  }

  /** Whether this pod has ceased to be the primary before any replica was known to have it. */
  #mayBeLost(count: number): boolean {
    return this.membership.role !== 'primary' && count === 0;
  }

  #unknown(req: IncomingMessage, detail: string): Problem {
    this.counters.acknowledgeUnknown++;
    return new Problem(problems.notReplicated, `${detail} ${LOOK_FIRST}`, { headers: retryAfter(req) });
  }
}

const retryAfter = (req: IncomingMessage): Record<string, string> => (isRepeatable(req) ? RETRY_AFTER : {});
