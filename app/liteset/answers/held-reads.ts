import type { ServerResponse } from 'node:http';
import type { Counters } from '../counters.ts';
import { abortOnClose } from '../lib/http.ts';
import type { Position } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import type { LitesetOptions } from '../options.ts';
import { Problem } from '../problem/problem.ts';
import { problems, RETRY_AFTER } from '../problem/types.ts';
import { type Replicas, sayReplicas } from '../replication/replicas.ts';
import type { Vouched } from '../replication/vouched.ts';
import { type HeldAnswer, holdAnswer } from './held-answer.ts';

/** When answers to reads are given. */
export interface ReadOptions {
  /** How many replicas must have what a read on the primary shows. 0: none, the answer is given at once. */
  replicas: number;
  /** How long the answer waits for them, in milliseconds. */
  timeoutMs: number;
  /** See `LitesetOptions`. */
  commitInProgress?: LitesetOptions['commitInProgress'];
}

/** What decides on them. */
interface Parts {
  membership: Membership;
  replicas: Replicas;
  vouched: Vouched;
  counters: Counters;
}

/** Holds answers to reads until no failover takes back what they show. Those that cannot wait for it say so. */
export class HeldReads {
  readonly #options: ReadOptions;
  readonly #membership: Membership;
  readonly #replicas: Replicas;
  readonly #vouched: Vouched;
  readonly #counters: Counters;

  constructor(options: ReadOptions, { membership, replicas, vouched, counters }: Parts) {
    this.#options = options;
    this.#membership = membership;
    this.#replicas = replicas;
    this.#vouched = vouched;
    this.#counters = counters;
  }

  /**
   * Keeps back what a read shows until the commit is over that it may have seen half of, and on the primary until enough
   * replicas have it. `freeze` is told the position of the answer. Where so few replicas are connected, or they take too long, the
   * answer goes all the same, and its header says so; so does that of a replica which may have what nobody else has.
   */
  hold(res: ServerResponse, freeze: (position: Position) => void): void {
    const { replicas, commitInProgress } = this.#options;
    if (!commitInProgress && replicas === 0) return;
    holdAnswer(res, (answer) => {
      const commit = commitInProgress?.();
      if (commit) void commit.then(() => this.#answer(res, answer, freeze));
      else this.#answer(res, answer, freeze);
    });
  }

  #answer(res: ServerResponse, answer: HeldAnswer, freeze: (position: Position) => void): void {
    const { replicas } = this.#options;
    const told = this.#membership.copy.livePosition();
    freeze(told ?? this.#membership.copy.position());
    if (replicas === 0) answer.release();
    else if (!told) this.#release(res, answer, 0);
    else if (this.#membership.role === 'primary') this.#answerOfPrimary(res, answer, told);
    else this.#release(res, answer, this.#vouched.has(told) ? replicas : 0);
  }

  #answerOfPrimary(res: ServerResponse, answer: HeldAnswer, position: Position): void {
    const { replicas } = this.#options;
    if (this.#replicas.having(position).length >= replicas) answer.release();
    else void this.#await(res, answer, position);
  }

  async #await(res: ServerResponse, answer: HeldAnswer, position: Position): Promise<void> {
    const { replicas, timeoutMs } = this.#options;
    // Replicas that are not there would hold up every read for as long as they are gone.
    const areThere = this.#replicas.all().length >= replicas;
    const count = await this.#replicas.confirm(position, replicas, areThere ? timeoutMs : 0, abortOnClose(res));
    if (count === 0 && this.#membership.role !== 'primary') answer.replace(notReplicated(this.#membership.pod));
    else this.#release(res, answer, count);
  }

  #release(res: ServerResponse, answer: HeldAnswer, count: number): void {
    const { replicas } = this.#options;
    if (count < replicas) {
      this.#counters.readsShort++;
      sayReplicas(res, count, replicas);
    }
    answer.release();
  }
}

function notReplicated(pod: string): Problem {
  const detail = `${pod} ceased to be the primary before a replica had what was read on it. Read again.`;
  return new Problem(problems.readNotReplicated, detail, { headers: RETRY_AFTER });
}
