import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Response as ExpressResponse } from 'express';
import { type Liteset, liteset } from '../../../app/liteset/liteset.ts';
import { FakeLitefs } from './fake-litefs.ts';
import { FakeReplica } from './fake-replica.ts';
import { freePort, waitFor } from './litefs-pod.ts';

/** A primary whose LiteFS ends between a handler's work and its answer: what replicas have is known, not what they lack. */
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const AT = { txid: '7'.padStart(16, '0'), checksum: 'a'.repeat(16) };
const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
const litefs = new FakeLitefs({ isPrimary: true }, directory);
/** The answer of the request whose handler has not ended. */
let open: ExpressResponse | undefined;
let cluster: Liteset;
let replica: FakeReplica;
let server: Server;
let url: string;

beforeAll(async () => {
  const clusterPort = await freePort();
  cluster = liteset({
    ...{ database: join(directory, 'app.db'), pod: 'pod-0', litefsUrl: await litefs.listen(), logger: quiet },
    ...{ clusterPort, clusterHost: '127.0.0.1', ackReplicas: 1 },
  });
  const app = express().use(cluster.middleware);
  app.all('/', (_req, res) => {
    open = res;
  });
  app.use(((error, _req, res, _next) => res.status(error.status).end(error.message)) as express.ErrorRequestHandler);
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await waitFor('the pod to be primary', async () => cluster.role() === 'primary');
  replica = new FakeReplica(clusterPort, 'pod-1', AT);
  await waitFor('the replica to be known', async () => cluster.counters().replicas === 1);
});
beforeEach(async () => {
  litefs.transaction('app.db', AT.txid, AT.checksum);
  await waitFor('the transaction', async () => cluster.position() === AT.txid);
});
afterAll(async () => {
  replica.close();
  server.closeAllConnections();
  server.close();
  litefs.close();
  await cluster.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Has the handler answer, after something has happened. */
const answerAfter = async (method: string, happens: () => void) => {
  const answer = fetch(url, { method });
  await waitFor('the handler to be called', async () => open !== undefined);
  happens();
  open?.end('answer');
  open = undefined;
  const { status, headers } = await answer;
  return { status, replicas: headers.get('Liteset-Replicas') };
};
const ends = () => litefs.hide('app.db');

test('a write that replicas have is acknowledged, and one of which nobody can tell is not', async () => {
  expect(await answerAfter('POST', () => {})).toEqual({ status: 200, replicas: '1 of 1' });
  expect(await answerAfter('POST', ends)).toEqual({ status: 504, replicas: null });
});

test('a read of what replicas have says nothing, and one of which nobody can tell says so', async () => {
  expect(await answerAfter('GET', () => {})).toEqual({ status: 200, replicas: null });
  expect(await answerAfter('GET', ends)).toEqual({ status: 200, replicas: '0 of 1' });
});
