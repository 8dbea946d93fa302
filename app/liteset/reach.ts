import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Membership } from './membership.ts';
import { Problem } from './problem.ts';
import { problems, RETRY_AFTER } from './problems.ts';

/** How long one attempt to connect may take, in milliseconds: the address of a pod that is gone answers nothing. */
const CONNECT_MS = 1_000;
/** Pause between two attempts, in milliseconds. */
const PAUSE_MS = 100;

/**
 * Connects to the primary, and waits up to `waitMs` for one that can be reached. Answers `'self'` when this pod itself
 * can answer meanwhile. Nothing of a request is sent here, so that trying again is always safe.
 *
 * @throws Problem `no-primary`, with `Retry-After`, when the time is over.
 */
export async function reachPrimary(
  membership: Membership,
  isOurs: () => boolean,
  port: number,
  waitMs: number,
  signal: AbortSignal,
): Promise<Socket | 'self'> {
  const end = performance.now() + waitMs;
  let cause: unknown;
  do {
    await membership.until(() => isOurs() || membership.primary !== undefined, end - performance.now(), signal);
    if (isOurs()) return 'self';
    const host = membership.primary;
    if (host === undefined) break;
    try {
      return await connected(host, port, Math.max(PAUSE_MS, Math.min(CONNECT_MS, end - performance.now())));
    } catch (error) {
      cause = error;
      await delay(PAUSE_MS);
    }
  } while (performance.now() < end && !signal.aborted);
  throw new Problem(
    problems.noPrimary,
    membership.primary
      ? `The primary ${membership.primary} could not be reached within ${waitMs} ms.`
      : `No primary was known for ${waitMs} ms.`,
    { headers: RETRY_AFTER, cause },
  );
}

function connected(host: string, port: number, ms: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error(`no connection to ${host}:${port} within ${ms} ms`)), ms);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      socket.off('error', settle);
      if (error) reject(error);
      else resolve(socket);
    };
    socket.once('error', settle).once('connect', () => settle());
  });
}
