import type { Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long requests in progress get to end, in milliseconds, unless it is told otherwise. */
const GRACE_MS = 10_000;
/** How often is looked for idle connections, in milliseconds. */
const IDLE_MS = 50;
/** A connection is taken in one turn of the event loop, one in each, and its request read in the next. */
const TURNS = 3;
/** How long connections are taken before the server closes, in milliseconds: others may come without an end. */
const TAKING_MS = 1_000;

/**
 * Closes a server: idle connections now, busy ones when they have answered, and what is left after `graceMs`. What has come
 * before is served: to clients the system has taken connections for which a busy process had no time yet, and would break them.
 */
export async function closeServer(server: Server, graceMs = GRACE_MS): Promise<void> {
  await takeConnections(server);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // One that was busy is idle when it has answered.
  const again = setInterval(() => server.closeIdleConnections(), IDLE_MS);
  const force = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(again);
  clearTimeout(force);
}

/** Takes connections for as long as some come. */
async function takeConnections(server: Server): Promise<void> {
  let left = TURNS;
  const take = () => {
    left = TURNS;
  };
  server.on('connection', take);
  for (const end = performance.now() + TAKING_MS; left > 0 && performance.now() < end; left--) await nextTurn();
  server.off('connection', take);
}
