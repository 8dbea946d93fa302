import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import { HEADERS } from '../headers.ts';
import { hasBody, urlOf } from '../lib/http.ts';
import { brokenConnection } from './broken-connection.ts';
import { dropHopByHop, endToEnd } from './hop-by-hop.ts';

/** Marks a request that other pods have forwarded, with their names in order. */
export const FORWARDED_HEADER = HEADERS.forwarded.name.toLowerCase();

/**
 * How often a request may be passed on: to a pod that has just switched over, from there to the new primary, and so on. Switchovers that
 * follow each other may take it back to a pod that it has been at; two pods that take each other for the primary pass it on no more than this.
 */
const MOST_HOPS = 6;

/** Whether a request may be passed on once more. */
export const mayForward = (req: IncomingMessage): boolean => passedThrough(req).length < MOST_HOPS;

/** The pods that have passed a request on. */
export const passedThrough = (req: IncomingMessage): string[] =>
  String(req.headers[FORWARDED_HEADER] ?? '')
    .split(',')
    .map((pod) => pod.trim())
    .filter((pod) => pod !== '');

/** Gives out one connection that is already there. */
class OneConnection extends Agent {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  override createConnection(): Socket {
    return this.#socket;
  }
}

/**
 * Streams a request through a connection to the primary, and its answer back. Each request has a connection of its own:
 * a kept one can be closed by the primary just when it is used again, and nobody could tell whether the write had
 * happened. `onAnswer` is called before the first header of the primary's answer is set.
 *
 * @throws Problem `outcome-unknown` or `answer-lost` if the connection breaks before the answer begins. Nothing is sent
 * twice, since the body is gone by then. If it breaks later, the client's connection is cut, too.
 */
export async function forward(
  pod: string,
  req: IncomingMessage,
  res: ServerResponse,
  socket: Socket,
  onAnswer: () => void,
): Promise<void> {
  const proxy = createProxyServer();
  // A server that is told to close may do so before it has read a body it refuses, and its answer would be lost on the
  // way. Without a body it may close, which leaves it the wait for stray packets, and us the port.
  if (hasBody(req)) proxy.on('proxyReq', (request) => request.setHeader('Connection', 'keep-alive'));
  // httpxy would merge headers of one name and keep those of its own connection; this passes the answer on as it is.
  proxy.on('proxyRes', (answer) => {
    onAnswer();
    const { statusCode = 502, statusMessage, rawHeaders, headers } = answer;
    res.writeHead(statusCode, statusMessage, endToEnd(rawHeaders, headers.connection));
    answer.pipe(res);
  });
  dropHopByHop(req.headers);
  req.url = urlOf(req);
  const target = `http://${host(socket)}`;
  try {
    await proxy.web(req, res, {
      target,
      agent: new OneConnection(socket),
      xfwd: true,
      headers: { [FORWARDED_HEADER]: [...passedThrough(req), pod].join(', ') },
      selfHandleResponse: true,
    });
  } catch (error) {
    // An answer that has begun is cut by httpxy unless it is complete; a client that has gone needs none.
    if (!res.headersSent && !res.destroyed) {
      // The rest of its body is read and thrown away, or it would not read the answer.
      req.unpipe();
      req.resume();
      throw brokenConnection(req, 'primary', error);
    }
  } finally {
    socket.destroy();
  }
}

function host({ remoteAddress = '', remotePort, remoteFamily }: Socket): string {
  return remoteFamily === 'IPv6' ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
