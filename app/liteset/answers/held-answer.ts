import type { ServerResponse } from 'node:http';
import { type Problem, sendProblem } from '../problem/problem.ts';

/** An answer of a handler that is kept back. */
export interface HeldAnswer {
  /** Sends what the handler has answered, and lets the rest through. */
  release(): void;
  /** Sends this in its place. */
  replace(problem: Problem): void;
}

/** Keeps back all that a handler answers. `onBegin` is called once, with its first byte. */
export function holdAnswer(res: ServerResponse, onBegin: (answer: HeldAnswer) => void): void {
  const { writeHead, write, end, flushHeaders } = res;
  const kept: (() => unknown)[] = [];
  let isReleased = false;
  let hasBegun = false;
  const settle = (send: () => void) => {
    isReleased = true;
    send();
    res.emit('drain');
  };
  const answer: HeldAnswer = {
    release: () => settle(() => kept.forEach((call) => void call())),
    replace: (problem) => settle(() => replaceAnswer(res, problem)),
  };
  /** A method that does nothing before the release but to be remembered. */
  const held = <Method extends (...args: never[]) => unknown>(method: Method, result: unknown): Method =>
    ((...args: Parameters<Method>) => {
      if (isReleased) return method.apply(res, args);
      kept.push(() => method.apply(res, args));
      if (!hasBegun) {
        hasBegun = true;
        onBegin(answer);
      }
      return result;
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

function replaceAnswer(res: ServerResponse, problem: Problem): void {
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  sendProblem(res, problem);
}
