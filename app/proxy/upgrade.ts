import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Liteset } from '../liteset/liteset.ts';
import { Problem, problemBody } from '../liteset/problem/problem.ts';
import { Tunnel } from './tunnel.ts';

/** One connection that is passed through. */
interface Open {
  readonly tunnel: Tunnel;
  /** Whether this pod's application has the other end. */
  readonly isHere: boolean;
  /** Who was the primary when it began. */
  readonly primary: string | undefined;
}

/**
 * Whether a request is for another protocol. HTTP/2 in the clear is none that is passed on: those who ask for it take an answer of
 * HTTP/1.1 as well, whatever their method.
 */
export const asksForUpgrade = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && !(headers.upgrade ?? '').toLowerCase().includes('h2c');

/** WebSockets and other upgrades: to this pod's application where it is the primary, or through the primary's proxy. They end when the role moves. */
export class Upgrades {
  readonly #liteset: Liteset;
  readonly #pod: string;
  readonly #open = new Set<Open>();

  constructor(liteset: Liteset, pod: string) {
    this.#liteset = liteset;
    this.#pod = pod;
    liteset.onPrimaryChange(() => {
      const primary = liteset.primary();
      // While no primary is known, the one that was may still be there. This pod knows that it is none itself.
      this.#endThose((one) => (primary === undefined ? one.isHere : one.primary !== primary));
    });
  }

  /** How many are open now. */
  get count(): number {
    return this.#open.size;
  }

  /** Takes an upgrade of `node:http`. Never throws. */
  async take(req: IncomingMessage, near: Duplex, head: Buffer): Promise<void> {
    const gone = new AbortController();
    near.once('close', () => gone.abort());
    near.on('error', () => {});
    try {
      await this.#liteset.reach(req, gone.signal, {
        here: (far) => far && this.#begin(req, near, head, far, 'application'),
        there: (far) => this.#begin(req, near, head, far, 'primary'),
      });
    } catch (error) {
      refuse(near, error);
    }
  }

  /** Ends those that this pod's application has the other end of. */
  endHere(): void {
    this.#endThose(({ isHere }) => isHere);
  }

  end(): void {
    this.#endThose(() => true);
  }

  #begin(req: IncomingMessage, near: Duplex, head: Buffer, far: Socket, to: 'application' | 'primary'): void {
    if (near.destroyed) return void far.destroy();
    const tunnel = new Tunnel(req, { near, head, far, to, by: this.#pod });
    const one: Open = { tunnel, isHere: to === 'application', primary: this.#liteset.primary() };
    this.#open.add(one);
    tunnel.onClose(() => this.#open.delete(one));
  }

  #endThose(condition: (one: Open) => boolean): void {
    for (const one of this.#open) if (condition(one)) one.tunnel.end();
  }
}

function refuse(near: Duplex, error: unknown): void {
  if (!(error instanceof Problem)) return void near.destroy();
  const body = JSON.stringify(problemBody(error));
  const head = [
    `HTTP/1.1 ${error.status} ${error.kind.title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(error.headers).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  near.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
