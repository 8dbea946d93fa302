import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hasBody, urlOf } from '../lib/http.ts';
import { brokenConnection } from './broken-connection.ts';
import { endToEnd } from './hop-by-hop.ts';
import { isOwn, type Onward, onwardHeaders } from './onward-headers.ts';

/** Where a request is passed on to. */
export interface RelayOptions extends Onward {
  /** A connection that nothing was sent on yet. It is for this request only. */
  socket: Socket;
  /** Called before the head of the answer is written. */
  onAnswer?(answer: IncomingMessage): void;
}

/** Methods whose requests have no body unless they say so; Node would give others an empty one in chunks. */
const BODILESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/**
 * Passes a request on through a connection, and its answer back, both as they come: neither is ever held as a whole. Whoever of the two
 * goes away takes the other's connection along.
 *
 * @throws Problem `outcome-unknown` or `answer-lost` if the connection breaks before the answer begins. Nothing is sent twice.
 */
export function relay(req: IncomingMessage, res: ServerResponse, options: RelayOptions): Promise<void> {
  const { socket, to, onAnswer } = options;
  return new Promise((resolve, reject) => {
    const sent = open(req, options);
    res.once('close', () => {
      sent.destroy();
      socket.destroy();
      resolve();
    });
    if (res.destroyed) return void sent.destroy();
    sent.once('response', (answer) => {
      // A parser takes it, but it is no status.
      if ((answer.statusCode ?? 0) < 200) return void sent.destroy(new Error(`the status is ${answer.statusCode}`));
      onAnswer?.(answer);
      passBack(answer, res, to);
      // The rest of a body that nobody wants any more is thrown away, or the client would not read the answer.
      answer.once('end', () => sent.writableFinished || letGo(req, sent));
    });
    sent.on('error', (error) => {
      socket.destroy();
      if (res.headersSent) return void res.destroy();
      letGo(req, sent);
      if (res.destroyed) resolve();
      else reject(brokenConnection(req, to, error));
    });
    if (hasBody(req)) req.pipe(sent);
    else sent.end();
  });
}

function open(req: IncomingMessage, { socket, to, by }: RelayOptions): ClientRequest {
  const { method = 'GET' } = req;
  const headers = onwardHeaders(req, { to, by });
  if (!hasBody(req) && !BODILESS.has(method) && req.headers['content-length'] === undefined)
    headers.push('Content-Length', '0');
  // A server that is told to close may do so before it has read a body that it refuses, and its answer would be lost.
  headers.push('Connection', hasBody(req) ? 'keep-alive' : 'close');
  return request({ createConnection: () => socket, method, path: urlOf(req), headers, setHost: false });
}

function passBack(answer: IncomingMessage, res: ServerResponse, from: Onward['to']): void {
  const { statusCode = 502, statusMessage, rawHeaders, headers } = answer;
  const kept = endToEnd(rawHeaders, headers.connection);
  // An application says nothing in Liteset's name.
  const isKept = (_text: string, i: number) => from === 'primary' || !isOwn(kept[i - (i % 2)] ?? '');
  res.writeHead(statusCode, statusMessage, kept.filter(isKept));
  answer.once('close', () => {
    if (!answer.complete) res.destroy();
  });
  // Its close says so, too.
  answer.on('error', () => {});
  answer.pipe(res);
  // Events may be long in coming, and their reader waits for the head.
  let hasBegun = false;
  answer.once('data', () => {
    hasBegun = true;
  });
  setImmediate(() => hasBegun || res.writableEnded || res.destroyed || res.flushHeaders());
}

function letGo(req: IncomingMessage, sent: ClientRequest): void {
  req.unpipe(sent);
  req.resume();
  sent.destroy();
}
