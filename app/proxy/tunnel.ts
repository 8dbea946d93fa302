import { type IncomingMessage, request, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { urlOf } from '../liteset/lib/http.ts';
import { endToEnd } from '../liteset/routing/hop-by-hop.ts';
import { type Onward, onwardHeaders } from '../liteset/routing/onward-headers.ts';
import { ServerFrames } from './frames.ts';

/** How long a client may take to hear the farewell, in milliseconds. */
const FAREWELL_MS = 1_000;

/** What an upgrade goes through. */
export interface TunnelOptions extends Onward {
  /** The client's end, and what has come of it after the head of its request. */
  near: Duplex;
  head: Buffer;
  /** A connection to whoever is to upgrade, on which nothing was sent yet. */
  far: Socket;
}

/** An upgraded connection, passed through as bytes in both directions, at the pace of the slower side. */
export class Tunnel {
  readonly #near: Duplex;
  readonly #far: Socket;
  /** Undefined for what is no WebSocket, or not one yet. */
  #frames: ServerFrames | undefined;
  #ended = false;

  constructor(req: IncomingMessage, { near, head, far, to, by }: TunnelOptions) {
    this.#near = near;
    this.#far = far;
    const { method = 'GET', headers } = req;
    const onward = [...onwardHeaders(req, { to, by }), 'Connection', 'Upgrade', 'Upgrade', headers.upgrade ?? ''];
    const sent = request({ createConnection: () => far, method, path: urlOf(req), headers: onward, setHost: false });
    sent.once('upgrade', (answer, _socket, first) => this.#open(answer, head, first, headers.upgrade));
    sent.once('response', (answer) => this.#refuse(answer));
    sent.on('error', () => this.#break());
    near.once('close', () => far.destroy());
    near.on('error', () => far.destroy());
    sent.end();
  }

  /** Calls the listener when both sides have gone. */
  onClose(listener: () => void): void {
    this.#near.once('close', listener);
  }

  /** Ends it: a WebSocket is told to come again. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#frames?.unpipe(this.#near);
    for (let rest = this.#frames?.read(); rest; rest = this.#frames?.read()) this.#near.write(rest);
    this.#far.destroy();
    if (this.#frames?.isWithin) this.#near.destroy();
    else this.#near.end(this.#frames?.farewell);
    // A client that says nothing more would keep its connection.
    setTimeout(() => this.#near.destroy(), FAREWELL_MS).unref();
  }

  #open(answer: IncomingMessage, head: Buffer, first: Buffer, protocol = ''): void {
    const near = this.#near;
    const far = this.#far;
    near.write(headOf(answer, answer.rawHeaders));
    this.#frames = protocol.toLowerCase() === 'websocket' ? new ServerFrames() : undefined;
    if (first.length > 0) far.unshift(first);
    if (head.length > 0) far.write(head);
    near.pipe(far);
    if (this.#frames) far.pipe(this.#frames).pipe(near, { end: false });
    else far.pipe(near, { end: false });
    far.once('close', () => this.end());
  }

  /** Passes on what is answered instead of an upgrade. Its end is that of the connection. */
  #refuse(answer: IncomingMessage): void {
    this.#near.write(
      headOf(answer, [...endToEnd(answer.rawHeaders, answer.headers.connection), 'Connection', 'close']),
    );
    answer.pipe(this.#near);
    answer.once('close', () => answer.complete || this.#near.destroy());
    answer.on('error', () => this.#near.destroy());
  }

  /** The other side has gone before it has answered. */
  #break(): void {
    if (this.#frames === undefined) this.#near.destroy();
  }
}

function headOf({ statusCode = 502, statusMessage }: IncomingMessage, headers: readonly string[]): string {
  const lines = headers.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${headers[i + 1]}`] : []));
  const reason = statusMessage || STATUS_CODES[statusCode] || '';
  return `${[`HTTP/1.1 ${statusCode} ${reason}`, ...lines].join('\r\n')}\r\n\r\n`;
}
