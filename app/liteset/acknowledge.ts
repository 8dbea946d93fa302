import type { Request, Response } from 'express';
import { closed } from './closed.ts';
import type { Counters } from './counters.ts';
import { isRepeatable } from './forward.ts';
import type { Membership } from './membership.ts';
import type { Position } from './position.ts';
import { Problem, sendProblem } from './problem.ts';
import { problems, RETRY_AFTER } from './problems.ts';
import type { Replicas } from './replicas.ts';

/** Header of an answer to a write: how many replicas had it when it was answered, of how many that were wanted. */
export const REPLICAS_HEADER = 'Liteset-Replicas';

/** When the answer to a write is given. */
export interface AckOptions {
  /** How many replicas must have it. 0: none, the answer is given at once. */
  replicas: number;
  /** How long the answer waits for them, in milliseconds. */
  timeoutMs: number;
  /** What happens if they are too few: no write is taken, or it is, and the answer's header says how many have it. */
  policy: 'refuse' | 'acknowledge';
}

/** Holds the answers to writes until enough replicas have them. */
export class Acknowledgement {
  readonly #options: AckOptions;
  readonly #membership: Membership;
  readonly #replicas: Replicas;
  readonly #counters: Counters;

  constructor(options: AckOptions, membership: Membership, replicas: Replicas, counters: Counters) {
    this.#options = options;
    this.#membership = membership;
    this.#replicas = replicas;
    this.#counters = counters;
  }

  /** Whether a write may begin: with `refuse`, only if as many replicas are there as have to have it. */
  get mayBegin(): boolean {
    const { replicas, policy } = this.#options;
    return policy === 'acknowledge' || this.#replicas.all().length >= replicas;
  }

  /** What a write is told that could not begin for want of replicas. */
  refusal(): Problem {
    this.#counters.acknowledgeRefused++;
    const { replicas } = this.#options;
    const detail = `${this.#replicas.all().length} replicas are connected, and ${replicas} must have a write. Nothing was written.`;
    return new Problem(problems.tooFewReplicas, detail, { headers: RETRY_AFTER });
  }

  /**
   * Keeps back all that the handler answers, from its first byte on, until enough replicas have the position that this
   * copy has then. `freeze` is told that position. An answer of 400 and above says that nothing was done, and goes at once.
   */
  hold(req: Request, res: Response, freeze: (position: Position) => void): void {
    if (this.#options.replicas === 0) return;
    const { writeHead, write, end, flushHeaders } = res;
    const kept: (() => unknown)[] = [];
    let isReleased = false;
    const release = (problem: Problem | undefined) => {
      isReleased = true;
      if (problem) replaceAnswer(res, problem);
      else for (const call of kept) call();
      res.emit('drain');
    };
    let isHeld = false;
    const begin = () => {
      if (isHeld) return;
      isHeld = true;
      const position = this.#membership.position();
      freeze(position);
      if (res.statusCode >= 400) release(undefined);
      else void this.#confirm(req, res, position).then(release);
    };
    /** A method that does nothing before the release but to be remembered. */
    const held = <Method extends (...args: never[]) => unknown>(method: Method, answer: unknown): Method =>
      ((...args: Parameters<Method>) => {
        if (isReleased) return method.apply(res, args);
        kept.push(() => method.apply(res, args));
        begin();
        return answer;
      }) as Method;
    res.write = held(write, false);
    res.flushHeaders = held(flushHeaders, undefined);
    res.end = held(end, res);
    res.writeHead = ((...args: Parameters<typeof writeHead>) => {
      if (isReleased) return writeHead.apply(res, args);
      res.statusCode = args[0];
      kept.push(() => writeHead.apply(res, args));
      return res;
    }) as typeof writeHead;
  }

  /** Waits for the replicas. Returns what the client is told instead of the answer, if anything. */
  async #confirm(req: Request, res: Response, position: Position): Promise<Problem | undefined> {
    const { replicas, timeoutMs, policy } = this.#options;
    const began = performance.now();
    let count = 0;
    const isOver = () => {
      // A replica that has had it may be gone since, or report to a new primary: what was confirmed stays so.
      count = Math.max(count, this.#replicas.having(position).length);
      return count >= replicas || this.#membership.role !== 'primary';
    };
    await this.#membership.changes.until(isOver, timeoutMs, closed(res));
    this.#counters.acknowledged++;
    this.#counters.acknowledgeSeconds += (performance.now() - began) / 1_000;
    const mayBeLost = this.#membership.role !== 'primary' && count === 0;
    if (count >= replicas || (policy === 'acknowledge' && !mayBeLost)) {
      if (count < replicas) this.#counters.acknowledgedShort++;
      if (!res.headersSent) res.setHeader(REPLICAS_HEADER, `${count} of ${replicas}`);
      return undefined;
    }
    this.#counters.acknowledgeUnknown++;
    const headers = isRepeatable(req) ? RETRY_AFTER : {};
    const detail = `It is done on ${this.#membership.pod}, and ${count} of ${replicas} replicas have it after ${Math.round(performance.now() - began)} ms. Look before you send it again, or send it with an Idempotency-Key.`;
    return new Problem(problems.notReplicated, detail, { headers });
  }
}

/** Answers with a problem in the place of what the handler had prepared. */
function replaceAnswer(res: Response, problem: Problem): void {
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  sendProblem(res, problem);
}
