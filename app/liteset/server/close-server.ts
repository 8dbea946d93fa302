import type { Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long requests in progress get to end, in milliseconds, unless it is told otherwise. */
const GRACE_MS = 10_000;
/** How often is looked for idle connections, in milliseconds. */
const IDLE_MS = 50;
/** A connection is taken in one turn of the event loop, and its request read in the next. */
const TURNS = 3;

/**
 * Closes a server: idle connections now, busy ones when they have answered, and what is left after `graceMs`. What has come
 * before is served: to clients the system has taken connections for which a busy process had no time yet, and would break them.
 */
export async function closeServer(server: Server, graceMs = GRACE_MS): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // One that was busy is idle when it has answered.
  const again = setInterval(() => server.closeIdleConnections(), IDLE_MS);
  const force = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(again);
  clearTimeout(force);
}
