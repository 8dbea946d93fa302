import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Response as ExpressResponse } from 'express';
import { forExpress } from '../../../../app/liteset/express.ts';
import { type Liteset, liteset } from '../../../../app/liteset/liteset.ts';
import type { LitesetOptions } from '../../../../app/liteset/options.ts';
import type { Report } from '../../../../app/liteset/replication/reports.ts';
import { freePort } from '../../../lib/free-port.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { FakeLitefs } from './fake-litefs.ts';
import { FakeReplica } from './fake-replica.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** A position by its number, in one history or another. */
export const at = (n: number, history = 'a') => ({
  txid: n.toString(16).padStart(16, '0'),
  checksum: history.repeat(16),
});

/** A small application in this process, pod-0, the primary at position 7. LiteFS and the replicas do what the test wants. */
export class FakePrimary {
  readonly #directory = mkdtempSync(join(tmpdir(), 'liteset-'));
  readonly litefs = new FakeLitefs({ isPrimary: true }, this.#directory);
  /** The answers of requests to `/slow`, whose handler has not ended. */
  readonly open: ExpressResponse[] = [];
  readonly #replicas: FakeReplica[] = [];
  cluster!: Liteset;
  #server!: Server;
  url = '';
  clusterPort = 0;

  async start(options: Partial<LitesetOptions>): Promise<void> {
    this.clusterPort = await freePort();
    this.cluster = liteset({
      ...{ database: join(this.#directory, 'app.db'), pod: 'pod-0', litefsUrl: await this.litefs.listen() },
      ...{ clusterPort: this.clusterPort, clusterHost: '127.0.0.1', logger: quiet, ...options },
    });
    const app = express().use(forExpress(this.cluster).middleware);
    app.all('/slow', (_req, res) => void this.open.push(res));
    app.post('/', (_req, res) => void res.end('written'));
    app.use(((error, _req, res, _next) => res.status(error.status).end(error.message)) as express.ErrorRequestHandler);
    this.#server = createServer(app).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    await waitFor('the pod to be primary', async () => this.cluster.role() === 'primary');
    this.litefs.transaction('app.db', at(7).txid, at(7).checksum);
    await waitFor('the transaction', async () => this.cluster.position() === at(7).txid);
  }

  async stop(): Promise<void> {
    for (const replica of this.#replicas) replica.close();
    for (const res of this.open) res.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    this.litefs.close();
    await this.cluster.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Adds a replica, and waits until it is known. */
  async joins(pod: string, position = at(7), other: Partial<Report> = {}): Promise<FakeReplica> {
    const replica = new FakeReplica(this.clusterPort, pod, position, other);
    this.#replicas.push(replica);
    await waitFor(`${pod} to be known`, async () => this.cluster.counters().replicas === this.#replicas.length);
    return replica;
  }
}
