import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Counters } from '../counters.ts';
import { abortOnClose } from '../lib/http.ts';
import { ORIGIN, type Position } from '../litefs/position.ts';
import type { Fence } from '../membership/fence.ts';
import type { Membership } from '../membership/membership.ts';
import { Problem } from '../problem/problem.ts';
import { LOOK_FIRST, problems, RETRY_AFTER } from '../problem/types.ts';
import { type Replicas, sayReplicas } from '../replication/replicas.ts';
import { isRepeatable } from '../routing/forward.ts';
import { holdAnswer } from './held-answer.ts';

/** When answers to writes are given. */
export interface AckOptions {
  /** How many replicas must have it. 0: none, the answer is given at once. */
  replicas: number;
  /** How long the answer waits for them, in milliseconds. */
  timeoutMs: number;
  /** What happens if they are too few: no write is taken, or it is, and the answer's header says how many have it. */
  policy: 'refuse' | 'acknowledge';
}

/** What decides on answers. */
interface Parts {
  membership: Membership;
  fence: Fence;
  replicas: Replicas;
  counters: Counters;
}

/** Holds answers to writes until enough replicas have them, and this pod's lease allows to give them. */
export class Acknowledgement {
  readonly #options: AckOptions;
  readonly #membership: Membership;
  readonly #fence: Fence;
  readonly #replicas: Replicas;
  readonly #counters: Counters;
  /** Where this copy stood when this pod became the primary. */
  #began = ORIGIN;

  constructor(options: AckOptions, { membership, fence, replicas, counters }: Parts) {
    this.#options = options;
    this.#membership = membership;
    this.#fence = fence;
    this.#replicas = replicas;
    this.#counters = counters;
    membership.onBecomePrimary(() => {
      this.#began = membership.position();
    });
  }

  /**
   * The position beyond which this primary has acknowledged no write; undefined if it is not the primary, or acknowledges
   * without replicas. What was acknowledged before its time is within the position that it began with.
   */
  limit(): Position | undefined {
    const { replicas, policy } = this.#options;
    if (replicas === 0 || policy !== 'refuse' || this.#membership.role !== 'primary') return undefined;
    const { confirmed } = this.#replicas;
    return confirmed && confirmed.txid > this.#began.txid ? confirmed : this.#began;
  }

  /** Whether a write may begin: while the lease lasts, and with `refuse`, only if as many replicas are there as have to have it. */
  get mayBegin(): boolean {
    const { replicas, policy } = this.#options;
    return this.#fence.holds() && (policy === 'acknowledge' || this.#replicas.all().length >= replicas);
  }

  /** What a write is told that could not begin on the primary, though no switchover goes on. */
  refusal(): Problem {
    if (!this.#fence.holds()) {
      const { pod } = this.#membership;
      const detail = `LiteFS on ${pod} is the primary, but its lease has run out or is not known. Nothing was written.`;
      return new Problem(problems.noPrimary, detail, { headers: RETRY_AFTER });
    }
    this.#counters.acknowledgeRefused++;
    const { replicas } = this.#options;
    const detail = `${this.#replicas.all().length} replicas are connected, and ${replicas} must have a write. Nothing was written.`;
    return new Problem(problems.tooFewReplicas, detail, { headers: RETRY_AFTER });
  }

  /**
   * Keeps back all that the handler answers, from its first byte on, until enough replicas have the position that this
   * copy has then, and this pod is certain to be the primary. `freeze` is told that position. An answer of 400 and above
   * says that nothing was done, and goes at once.
   */
  hold(req: IncomingMessage, res: ServerResponse, freeze: (position: Position) => void): void {
    if (this.#options.replicas === 0 && !this.#fence.exists) return;
    const { epoch } = this.#fence;
    holdAnswer(res, (answer) => {
      const position = this.#membership.told();
      freeze(position ?? this.#membership.position());
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
    if (!this.#fence.exists) return undefined;
    const isPrimary = () => this.#fence.holds(epoch) && this.#membership.role === 'primary';
    const isOver = () => this.#fence.epoch !== epoch || this.#membership.role !== 'primary';
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
