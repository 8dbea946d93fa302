import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, ask, type Endpoint, type Request } from './http.ts';

/** One request that did not go as wanted. */
export interface Failure {
  /** Since the load began, in milliseconds. */
  readonly at: number;
  readonly answer?: Answer;
  /** What happened, in words. */
  readonly reason: string;
}

/** What happened under a load. */
export interface Report {
  readonly answers: readonly Answer[];
  readonly failures: readonly Failure[];
  /** The longest that one request took, in milliseconds. */
  readonly slowest: number;
}

/** A load that goes on until it is stopped. */
export interface Load {
  /** What happened so far. */
  readonly report: Report;
  stop(): Promise<Report>;
}

/** How a load is made. */
export interface LoadOptions {
  endpoint: Endpoint;
  path: string;
  /** The request, made anew each time. Default: GET. */
  request?: () => Request;
  /** The status that counts as success. Default: 200. */
  expect?: number;
  /** How many clients there are; each sends its next request when it has its answer. Default: 4. */
  clients?: number;
  /** What each client rests between two requests, in milliseconds. Default: 25, so that two cores serve others too. */
  rest?: number;
}

/** Starts a load in the background. */
export function startLoad({ endpoint, path, request, expect = 200, clients = 4, rest = 25 }: LoadOptions): Load {
  const report = { answers: [] as Answer[], failures: [] as Failure[], slowest: 0 };
  const end = new AbortController();
  const began = performance.now();

  async function client(): Promise<void> {
    while (!end.signal.aborted) {
      const sent = performance.now();
      const at = Math.round(sent - began);
      try {
        const answer = await ask(endpoint, path, request?.());
        if (answer.status === expect) report.answers.push(answer);
        else
          report.failures.push({
            at,
            answer,
            reason: `${answer.status} from ${answer.pod}: ${answer.text.slice(0, 300)}`,
          });
      } catch (error) {
        report.failures.push({ at, reason: String(error) });
      }
      report.slowest = Math.max(report.slowest, performance.now() - sent);
      await pause(rest, undefined, { signal: end.signal }).catch(() => {});
    }
  }

  const running = Array.from({ length: clients }, client);
  return {
    report,
    stop: async () => {
      end.abort();
      await Promise.all(running);
      return report;
    },
  };
}
