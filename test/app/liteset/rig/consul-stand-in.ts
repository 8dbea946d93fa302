import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

interface Entry {
  value: string;
  session: string | undefined;
}

/** Stands for Consul: the calls that LiteFS makes, one for all pods, in memory. A session lives as long as it is renewed. */
export class ConsulStandIn {
  readonly #server: Server;
  readonly #sessions = new Map<string, { ttl: number; expires: number }>();
  readonly #entries = new Map<string, Entry>();
  /** Host names that do not get the lease. */
  readonly barred = new Set<string>();
  /** Takes requests, and never answers them. */
  silent = false;
  /** How long somebody who acquires the lease waits for the answer, in milliseconds. The session counts from then. */
  acquiringMs = 0;
  /** How often the lease was acquired and renewed. */
  readonly count = { acquired: 0, renewed: 0 };

  constructor() {
    this.#server = createServer((req, res) => void this.#answer(req, res));
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Takes the lease away from whoever has it, as if it had run out. */
  expireAll(): void {
    for (const session of [...this.#sessions.keys()]) this.#destroy(session);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #destroy(session: string): void {
    this.#sessions.delete(session);
    for (const [key, entry] of this.#entries) if (entry.session === session) this.#entries.delete(key);
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const now = performance.now();
    for (const [id, { expires }] of [...this.#sessions]) if (now > expires) this.#destroy(id);
    const { pathname, searchParams } = new URL(req.url ?? '', 'http://consul');
    const body = await text(req);
    if (this.silent) return;
    const send = (value: unknown, status = 200): void => {
      res.writeHead(status, { 'Content-Type': 'application/json', 'X-Consul-Index': '1' });
      res.end(JSON.stringify(value));
    };
    const [, , area, action = '', id = ''] = pathname.split('/');
    if (area === 'session') return send(...this.#session(action, id, body));
    const key = pathname.slice('/v1/kv/'.length);
    if (req.method === 'GET') return send(...this.#get(key));
    const acquires = searchParams.get('acquire');
    if (acquires !== null) await this.#acquiring(acquires);
    send(this.#put(key, body, acquires, searchParams.get('release')));
  }

  async #acquiring(id: string): Promise<void> {
    this.count.acquired++;
    await delay(this.acquiringMs);
    const session = this.#sessions.get(id);
    if (session) session.expires = performance.now() + session.ttl;
  }

  #session(action: string, id: string, body: string): [unknown, number] {
    if (action === 'create') {
      const ttl = Number.parseFloat((JSON.parse(body) as { TTL: string }).TTL) * 1_000;
      const session = randomUUID();
      this.#sessions.set(session, { ttl, expires: performance.now() + ttl });
      return [{ ID: session }, 200];
    }
    if (action === 'destroy') {
      this.#destroy(id);
      return [true, 200];
    }
    const session = this.#sessions.get(id);
    if (!session) return ['no such session', 404];
    session.expires = performance.now() + session.ttl;
    this.count.renewed++;
    return [[{ ID: id, TTL: `${session.ttl / 1_000}s` }], 200];
  }

  #get(key: string): [unknown, number] {
    const entry = this.#entries.get(key);
    if (!entry) return [undefined, 404];
    const value = Buffer.from(entry.value).toString('base64');
    return [[{ Key: key, Value: value, Session: entry.session, ModifyIndex: 1, CreateIndex: 1, Flags: 0 }], 200];
  }

  #put(key: string, value: string, acquire: string | null, release: string | null): boolean {
    const session = this.#entries.get(key)?.session;
    if (release !== null) return session === release && this.#entries.delete(key);
    const isBarred = [...this.barred].some((host) => value.includes(`"${host}"`));
    if (acquire !== null && isBarred) return false;
    if (acquire !== null && (!this.#sessions.has(acquire) || (session !== undefined && session !== acquire)))
      return false;
    this.#entries.set(key, { value, session: acquire ?? undefined });
    return true;
  }
}
