import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Acquisition } from '../core/claim.ts';
import type { Elector } from '../core/elector.ts';
import type { Driver } from '../driver.ts';
import { readBody } from '../read-body.ts';
import { advertisedBy } from './advertised.ts';
import { parseGoDuration } from './go-duration.ts';

/** What LiteFS sees of one of its calls: a status and a body, as Consul would send them. */
interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** Who is told what came of LiteFS's calls. */
export interface Observer {
  acquired(acquisition: Acquisition): void;
  renewed(result: 'renewed' | 'expired'): void;
}

/** LiteFS's way to the primary. */
export interface Link {
  /** The address that it is told. */
  readonly url: string;
  /** Makes that lead to the LiteFS of a URL, at an address if that is known. */
  lead(url: string, address: string): void;
}

/** Key of the cluster id, below that of the lock (`ClusterIDKey` in consul/consul.go of LiteFS). */
const CLUSTER_ID = /\/clusterid$/;

const ok = (body: unknown): Reply => ({ status: 200, body });
const NOT_FOUND: Reply = { status: 404 };
const failed = (reason: string): Reply => ({ status: 500, body: reason });

/** Answers the calls of Consul's HTTP API that LiteFS 0.5.14 makes (consul/consul.go), from one Kubernetes Lease. */
export class ConsulApi {
  readonly #elector: Elector;
  readonly #driver: Driver;
  readonly #observer: Observer;
  readonly #link: Link;
  readonly #litefsPort: number;

  /** `litefsPort` is that of every pod's LiteFS. */
  constructor(elector: Elector, driver: Driver, observer: Observer, link: Link, litefsPort: number) {
    this.#elector = elector;
    this.#driver = driver;
    this.#observer = observer;
    this.#link = link;
    this.#litefsPort = litefsPort;
  }

  /** Answers one call. */
  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { status, body } = await this.#reply(req).catch((error: unknown) => failed(String(error)));
    res.writeHead(status, { 'Content-Type': 'application/json', 'X-Consul-Index': '1' });
    res.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  }

  async #reply(req: IncomingMessage): Promise<Reply> {
    const url = new URL(req.url ?? '/', 'http://localhost');
    const [, version, kind, ...rest] = url.pathname.split('/');
    if (version === 'v1' && kind === 'session' && req.method === 'PUT') return this.#session(rest, await readBody(req));
    if (version === 'v1' && kind === 'kv' && req.method === 'GET') return this.#get(url.pathname);
    if (version === 'v1' && kind === 'kv' && req.method === 'PUT') return this.#put(url, await readBody(req));
    return NOT_FOUND;
  }

  async #session([verb, id = '']: string[], body: string): Promise<Reply> {
    if (verb === 'create') return this.#create(body);
    if (verb === 'renew') {
      const result = await this.#driver.run((now) => this.#elector.renew(id, now));
      this.#observer.renewed(result);
      return result === 'renewed' ? ok([{ ID: id, TTL: `${this.#elector.timing.ttlMs}ms` }]) : NOT_FOUND;
    }
    if (verb !== 'destroy') return NOT_FOUND;
    if (this.#elector.holds(id)) await this.#driver.run((now) => this.#elector.release(id, now));
    return ok(true);
  }

  /** A session is only a name: it means something from when it has the lease. */
  #create(body: string): Reply {
    const { TTL = '' } = JSON.parse(body) as { TTL?: string };
    const longest = this.#elector.timing.ttlMs;
    const ttl = parseGoDuration(TTL);
    if (ttl !== undefined && ttl <= longest) return ok({ ID: randomUUID() });
    return { status: 400, body: `LiteFS's lease.consul.ttl is ${TTL}; it must not be longer than ${longest}ms` };
  }

  async #get(path: string): Promise<Reply> {
    if (CLUSTER_ID.test(path)) {
      const id = await this.#driver.run((now) => this.#elector.clusterId(now));
      if (id === undefined) return failed('the Lease cannot be read');
      return id === '' ? NOT_FOUND : ok([pair(path, id)]);
    }
    const { known, primary } = await this.#driver.run((now) => this.#elector.primary(now));
    if (!known) return failed('the Lease cannot be read');
    const advertised = primary && advertisedBy(primary, this.#litefsPort);
    if (advertised === undefined) return NOT_FOUND;
    // LiteFS is told the primary's name, and the link as its address.
    this.#link.lead(advertised['advertise-url'], primary?.address ?? '');
    return ok([pair(path, JSON.stringify({ ...advertised, 'advertise-url': this.#link.url }))]);
  }

  async #put({ pathname, searchParams }: URL, value: string): Promise<Reply> {
    const [acquire, release] = [searchParams.get('acquire'), searchParams.get('release')];
    if (acquire !== null) {
      const acquisition = await this.#driver.run((now) => this.#elector.acquire(acquire, value, now));
      this.#observer.acquired(acquisition);
      return acquisition.kind === 'failed' ? failed(acquisition.reason) : ok(acquisition.kind === 'acquired');
    }
    if (release !== null) return ok(await this.#driver.run((now) => this.#elector.release(release, now)));
    if (!CLUSTER_ID.test(pathname)) return NOT_FOUND;
    const written = await this.#driver.run((now) => this.#elector.setClusterId(value, now));
    return written ? ok(true) : failed('the cluster id could not be written');
  }
}

const pair = (path: string, value: string) => ({
  Key: decodeURIComponent(path.slice('/v1/kv/'.length)),
  Value: Buffer.from(value).toString('base64'),
  Flags: 0,
  CreateIndex: 1,
  ModifyIndex: 1,
  LockIndex: 1,
});
