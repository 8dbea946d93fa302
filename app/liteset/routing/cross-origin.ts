import type { IncomingMessage } from 'node:http';
import { Problem } from '../problem/problem.ts';
import { problems } from '../problem/types.ts';

/**
 * Refuses a write that a browser sends for a page of another origin: such a page can send forms anywhere, with what the browser has
 * of cookies and passwords. Browsers say where a request comes from; programs do not, and are let through.
 *
 * @throws Problem `cross-origin`.
 */
export function refuseCrossOrigin({ headers }: IncomingMessage, trusted: readonly string[]): void {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && trusted.includes(origin)) return;
  // Sent over TLS only, and right behind any proxy; a request of the person itself is `none`.
  if (site !== undefined ? site === 'same-origin' || site === 'none' : origin === undefined || hostOf(origin) === host)
    return;
  const from = origin === undefined ? 'another site' : origin.slice(0, 100);
  throw new Problem(problems.crossOrigin, `The request comes from ${from}. Nothing was written.`);
}

/** Host and port of an origin; undefined if it is none, such as `null`. */
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
