import { connect, type Socket } from 'node:net';
import type { Membership } from '../membership/membership.ts';
import type { Problem } from '../problem/problem.ts';

/** How long one attempt to connect may take, in milliseconds: the address of a pod that is gone answers nothing. */
const CONNECT_MS = 1_000;
/** Pause between two attempts, in milliseconds. */
const PAUSE_MS = 100;

/** How the primary is sought. */
export interface Search {
  membership: Membership;
  /** Whether this pod can answer itself. */
  isOurs: () => boolean;
  /** Whether the request may go to another pod. */
  mayLeave: boolean;
  port: number;
  waitMs: number;
  signal: AbortSignal;
  /** What to throw when the time is over. */
  whyNot: (cause: unknown) => Problem;
}

/**
 * Connects to the primary, and waits for one that can be reached. Answers `'self'` when this pod itself can answer
 * meanwhile. Nothing of a request is sent here, so that trying again is always safe.
 *
 * @throws what `whyNot` says, when the time is over or the request has come to the wrong pod.
 */
export async function connectToPrimary(search: Search): Promise<Socket | 'self'> {
  const { membership, isOurs, mayLeave, port, waitMs, signal, whyNot } = search;
  const end = performance.now() + waitMs;
  const elsewhere = () => (membership.role === 'replica' ? membership.primary : undefined);
  let cause: unknown;
  do {
    await membership.changes.until(() => isOurs() || elsewhere() !== undefined, end - performance.now(), signal);
    if (isOurs()) return 'self';
    const host = elsewhere();
    if (host === undefined || !mayLeave) break;
    try {
      return await connected(
        membership.addressOf(host),
        port,
        Math.max(PAUSE_MS, Math.min(CONNECT_MS, end - performance.now())),
      );
    } catch (error) {
      cause = error;
      await membership.changes.until(() => isOurs() || elsewhere() !== host, PAUSE_MS, signal);
    }
  } while (performance.now() < end && !signal.aborted);
  throw whyNot(cause);
}

/** Connects within `ms`. Throws if it cannot. */
export function connected(host: string, port: number, ms: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error(`no connection to ${host}:${port} within ${ms} ms`)), ms);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(socket);
    };
    // For good: the primary may go away before the connection is used, and an error that nobody hears ends the process.
    socket.on('error', settle).once('connect', () => settle());
  });
}
