import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { boundConnections } from './bound-connections.ts';

/** What bounds the connections of a server. */
export interface ServerLimits {
  /** How long a connection stays open between two requests, in milliseconds: longer than the proxy in front keeps it. Default: 3,660,000. */
  keepAliveMs?: number;
  /** How long the head of a request may take, in milliseconds. Then the answer is 408. Default: 10,000. */
  headMs?: number;
  /** How long a whole request may take to come, in milliseconds. Then the answer is 408; with 0 it may take as long as it likes. Default: 60,000. */
  requestMs?: number;
  /** How many connections there may be. One more ends the one that has waited longest for a request. Default: 4,000. */
  connections?: number;
  /** Which of the requests that ask for another protocol are told by the event `upgrade`. Default: all if somebody listens for it, else none. */
  isUpgrade?: ((req: IncomingMessage) => boolean) | undefined;
}

/** How often Node looks for requests that take too long, in milliseconds. */
const CHECK_MS = 1_000;

/**
 * A server of `node:http` that slow or many clients do not take down.
 *
 * @example
 * boundedServer((req, res) => cluster.middleware(req, res, () => answer(req, res))).listen(8080);
 */
export function boundedServer(listener: RequestListener, limits: ServerLimits = {}): Server {
  const { keepAliveMs = 3_660_000, headMs = 10_000, requestMs = 60_000, connections = 4_000, isUpgrade } = limits;
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(CHECK_MS, headMs),
      // A proxy that is gone without a word would be kept for the whole of that time.
      keepAlive: true,
      ...(isUpgrade && { shouldUpgradeCallback: isUpgrade }),
    },
    listener,
  );
  boundConnections(server, connections, isUpgrade !== undefined);
  return server;
}
