import type { ServerResponse } from 'node:http';
import type { Position } from '../litefs/position.ts';
import { type Problem, sendProblem } from '../problem/problem.ts';

/** Puts this pod's marks on the head of an answer, which shows that position, or else the one of this moment. */
export type StampHead = (position: Position | undefined) => void;

/**
 * - `open`: what the handler answers goes as it comes, with this pod's stamp on its head;
 * - `held`: it will be kept back, but nothing has come yet;
 * - `deciding`: it is kept back;
 * - `replaced`: a problem went in its place, and what the handler still answers goes nowhere;
 * - `passed-on`: the answer is another pod's, with that pod's stamp.
 *
 * A held answer that is released is open again.
 */
type State = 'open' | 'held' | 'deciding' | 'replaced' | 'passed-on';

type BodyMethod = 'write' | 'end' | 'flushHeaders';

/**
 * The answer to one request, from the time that Liteset has taken the request. It stands between the handler and `node:http`: nothing
 * else of Liteset changes a method of a response. What was kept goes in the order in which the handler has called.
 */
export class HeldResponse {
  readonly res: ServerResponse;
  readonly #stampHead: StampHead;
  readonly #writeHeadNow: ServerResponse['writeHead'];
  readonly #onEnd: (() => void)[] = [];
  #onHead: () => void = () => {};
  #state: State = 'open';
  #hasBody = false;
  #decide: () => void = () => {};
  #frozen: Position | undefined;
  #kept: (() => unknown)[] = [];
  /** Whether a writer was told to wait for `drain`. */
  #owesDrain = false;

  /** From now on the head of the answer is stamped, at the moment it is written: what was read or written by then is covered. */
  constructor(res: ServerResponse, stampHead: StampHead) {
    this.res = res;
    this.#stampHead = stampHead;
    this.#writeHeadNow = res.writeHead;
    res.writeHead = ((...args: Parameters<ServerResponse['writeHead']>) =>
      this.#writeHead(args)) as typeof res.writeHead;
  }

  /** Calls the listener each time the handler ends the answer, before anything of that is sent. */
  onEnd(listener: () => void): void {
    this.#onEnd.push(listener);
    this.#standBeforeBody();
  }

  /** Calls the listener when the head of the answer goes: the handler may be at its body for long. */
  onHead(listener: () => void): void {
    this.#onHead = listener;
  }

  /** Keeps back all that the handler answers. `decide` is called once, with its first byte: it releases or replaces the answer, then or later. */
  hold(decide: () => void): void {
    this.#decide = decide;
    this.#state = 'held';
    this.#standBeforeBody();
  }

  /** The answer shows this position and not a later one: the handler has done its work. */
  freeze(position: Position): void {
    this.#frozen = position;
  }

  /** Sends what the handler has answered, and lets the rest through; or sends a problem in its place. */
  settle(problem?: Problem): void {
    const kept = this.#kept;
    this.#kept = [];
    this.#state = 'open';
    if (problem) this.#replace(problem);
    else for (const call of kept) call();
    if (this.#owesDrain && !this.res.writableNeedDrain) this.res.emit('drain');
    this.#owesDrain = false;
  }

  /** The answer is another pod's: it keeps that pod's stamp. */
  passOn(): void {
    this.#state = 'passed-on';
  }

  #replace(problem: Problem): void {
    for (const name of this.res.getHeaderNames()) this.res.removeHeader(name);
    sendProblem(this.res, problem);
    this.#state = 'replaced';
  }

  #writeHead(args: Parameters<ServerResponse['writeHead']>): ServerResponse {
    const { res } = this;
    if (this.#is('replaced')) return res;
    if (this.#isKeeping) {
      // Whoever decides looks at the status. A head alone is no answer yet.
      res.statusCode = args[0];
      this.#kept.push(() => this.#writeHead(args));
      return res;
    }
    if (this.#is('open') && !res.headersSent) this.#stampHead(this.#frozen);
    this.#writeHeadNow.apply(res, args);
    this.#onHead();
    return res;
  }

  get #isKeeping(): boolean {
    return this.#is('held') || this.#is('deciding');
  }

  #is(state: State): boolean {
    return this.#state === state;
  }

  #standBeforeBody(): void {
    if (this.#hasBody) return;
    this.#hasBody = true;
    this.#stand('write', false);
    this.#stand('end', this.res);
    this.#stand('flushHeaders', undefined);
  }

  /** Stands before a method. While the answer is kept back, the method is remembered and answers `meanwhile`. */
  #stand(name: BodyMethod, meanwhile: unknown): void {
    const { res } = this;
    const now = res[name] as (...args: unknown[]) => unknown;
    const method = (...args: unknown[]): unknown => {
      if (name === 'end') for (const listener of this.#onEnd) listener();
      if (this.#is('replaced')) return this.#discard(name, args);
      if (!this.#isKeeping) return now.apply(res, args);
      let result = meanwhile;
      this.#kept.push(() => {
        result = now.apply(res, args);
      });
      if (this.#is('held')) {
        this.#state = 'deciding';
        this.#decide();
      }
      if (this.#is('replaced')) return this.#discard(name, args);
      // Released at once, it is as if it had never been held.
      this.#owesDrain ||= this.#isKeeping && result === false;
      return result;
    };
    res[name] = method as never;
  }

  /** The client has been told something else. Whoever waits for its writes to end need not. */
  #discard(name: BodyMethod, args: unknown[]): unknown {
    const callback = args.at(-1);
    if (typeof callback === 'function') process.nextTick(callback as () => void);
    return name === 'end' ? this.res : true;
  }
}
