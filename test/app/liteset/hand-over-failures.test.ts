import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Response as ExpressResponse } from 'express';
import { type Liteset, liteset } from '../../../app/liteset/liteset.ts';
import type { LitesetOptions } from '../../../app/liteset/options.ts';
import type { Report } from '../../../app/liteset/reports.ts';
import { FakeLitefs } from './fake-litefs.ts';
import { FakeReplica } from './fake-replica.ts';
import { freePort, waitFor } from './litefs-pod.ts';

/** The primary's side of a hand-over, with a LiteFS and replicas that do what the test wants. */
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const at = (n: number, history = 'a') => ({
  txid: n.toString(16).padStart(16, '0'),
  checksum: history.repeat(16),
});
const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
const litefs = new FakeLitefs({ isPrimary: true }, directory);
let cluster: Liteset;
let server: Server;
let url: string;
let clusterPort: number;
const replicas: FakeReplica[] = [];
/** The answers of writes whose handler has not ended. */
const open: ExpressResponse[] = [];

const start = async (more: Partial<LitesetOptions> = {}) => {
  litefs.lead({ isPrimary: true });
  clusterPort = await freePort();
  const litefsUrl = await litefs.listen();
  const options = {
    handOver: true,
    handOverMs: 300,
    primaryWaitMs: 3_000,
    clusterPort,
    clusterHost: '127.0.0.1',
    ...more,
  };
  cluster = liteset({ database: join(directory, 'app.db'), pod: 'pod-0', litefsUrl, logger: quiet, ...options });
  const app = express().use(cluster.middleware);
  app.post('/slow', (_req, res) => void open.push(res));
  app.post('/', (_req, res) => void res.end('written'));
  app.use(((error, _req, res, _next) => res.status(error.status).end(error.message)) as express.ErrorRequestHandler);
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await waitFor('the pod to be primary', async () => cluster.role() === 'primary');
  litefs.transaction('app.db', at(7).txid, at(7).checksum);
  await waitFor('the transaction', async () => cluster.position() === at(7).txid);
};
const stop = async () => {
  for (const replica of replicas.splice(0)) replica.close();
  for (const res of open.splice(0)) res.destroy();
  server.closeAllConnections();
  server.close();
  litefs.close();
  await cluster.close();
};
beforeEach(() => start());
afterEach(stop);
afterAll(() => rmSync(directory, { recursive: true, force: true }));
jest.setTimeout(30_000);

const joins = async (pod: string, position = at(7), other: Partial<Report> = {}) => {
  const replica = new FakeReplica(clusterPort, pod, position, other);
  replicas.push(replica);
  await waitFor(`${pod} to be known`, async () => cluster.counters().replicas === replicas.length);
  return replica;
};
const write = async (path = '/') => {
  const answer = await fetch(`${url}${path}`, { method: 'POST', body: 'x' });
  return [answer.status, await answer.text()];
};
const problem = (type: string, detail: RegExp) =>
  expect.objectContaining({
    kind: expect.objectContaining({ type: `urn:liteset:problem:${type}` }),
    message: expect.stringMatching(detail),
  });

test('without a replica, or with one that may not or goes down, it is refused, and writes go on', async () => {
  await expect(cluster.handOver()).rejects.toEqual(problem('hand-over-refused', /Connected: none/));
  await joins('pod-1', at(7), { leaving: true });
  await joins('pod-2', at(7), { candidate: false });
  await joins('pod-3', at(7), { following: false });
  await expect(cluster.handOver()).rejects.toEqual(
    problem('hand-over-refused', /pod-1 \(going down\), pod-2, pod-3 \(not following\)\./),
  );
  expect(await write()).toEqual([200, 'written']);
});

test.each([
  ['behind', at(6)],
  ['of another history', at(7, 'b')],
])('a replica that is %s is not promoted, and held writes are done here', async (_what, position) => {
  const replica = await joins('pod-1', position);
  const failing = expect(cluster.handOver()).rejects.toEqual(problem('hand-over-failed', /caught up in time/));
  await waitFor('writes to be held', async () => !cluster.mayWrite());
  const held = write();
  await failing;
  expect(await held).toEqual([200, 'written']);
  expect(replica.orders).toEqual([]);
  expect(cluster.counters()).toMatchObject({ handOvers: 0, handOversFailed: 1 });
});

test('a write that does not end in time stops it, and one that ends lets it go on', async () => {
  const replica = await joins('pod-1');
  const slow = write('/slow');
  await waitFor('the write to begin', async () => open.length === 1);
  await expect(cluster.handOver()).rejects.toEqual(problem('hand-over-failed', /did not end in time/));
  expect(replica.orders).toEqual([]);
  const again = expect(cluster.handOver()).rejects.toEqual(problem('hand-over-failed', /no room/));
  replica.onOrder = () => replica.say({ refusal: 'no room' });
  open[0]?.end('at last');
  expect(await slow).toEqual([200, 'at last']);
  await again;
});

test('what LiteFS on the replica refuses three times is told, and held writes are done here', async () => {
  const replica = await joins('pod-1');
  replica.onOrder = () => replica.say({ refusal: 'not eligible' });
  const failing = expect(cluster.handOver()).rejects.toEqual(
    problem('hand-over-failed', /pod-1 could not.*not eligible/),
  );
  const held = write();
  await failing;
  expect(replica.orders).toEqual(Array(3).fill({ promote: at(7) }));
  expect(await held).toEqual([200, 'written']);
});

test('held writes go to the new primary, and other replicas are told who it is', async () => {
  const [heir, other] = [await joins('pod-1'), await joins('pod-2', at(5))];
  heir.onOrder = () => {
    heir.say({ primary: true, host: '127.0.0.9' });
    litefs.lead({ isPrimary: false });
  };
  const handingOver = cluster.handOver();
  const held = write();
  expect(await handingOver).toMatchObject({ from: 'pod-0', to: 'pod-1', position: at(7).txid });
  expect([cluster.role(), cluster.primary()]).toEqual(['replica', '127.0.0.9']);
  await waitFor('the other to be told', async () => other.orders.length === 1);
  expect(other.orders).toEqual([{ primary: '127.0.0.9' }]);
  // LiteFS names this pod itself for a moment; the word of the hand-over counts more.
  litefs.lead({ isPrimary: false, hostname: 'pod-0' });
  expect(cluster.primary()).toBe('127.0.0.9');
  // Nobody listens there, so that the write waits until its time is over: it was not done here.
  expect((await held)[0]).toBe(503);
});

test('an answer that waits for more replicas than the one that takes over is given before the lease moves', async () => {
  await stop();
  await start({ ackReplicas: 2 });
  const [heir, other] = [await joins('pod-1'), await joins('pod-2', at(6))];
  const written = write();
  await waitFor('the answer to be held', async () => cluster.counters().holding === 1);
  const answers: unknown[] = [];
  heir.onOrder = () => {
    answers.push(cluster.counters().holding);
    heir.say({ primary: true, host: '127.0.0.9' });
    litefs.lead({ isPrimary: false });
  };
  const handingOver = cluster.handOver();
  await waitFor('writes to be held', async () => !cluster.mayWrite());
  other.say({ position: at(7) });
  await handingOver;
  expect(answers).toEqual([0]);
  expect(await written).toEqual([200, 'written']);
});

test('only one goes on at a time', async () => {
  await joins('pod-1', at(6));
  const first = cluster.handOver();
  await expect(cluster.handOver()).rejects.toEqual(problem('hand-over-refused', /goes on already/));
  await expect(first).rejects.toThrow();
});

test('a replica that falls silent without closing its connection is forgotten', async () => {
  await joins('pod-1');
  await waitFor('the pod to be forgotten', async () => cluster.counters().replicas === 0);
}, 20_000);

test('it is asked for on the cluster port, from within the pod, and bad requests are told so', async () => {
  const ask = (body: string, path = '/liteset/hand-over') =>
    fetch(`http://127.0.0.1:${clusterPort}${path}`, { method: 'POST', body });
  expect((await ask('', '/liteset/other')).status).toBe(404);
  expect((await ask('{"pot": 1}')).status).toBe(409);
  expect(await (await ask('')).json()).toMatchObject({
    type: 'urn:liteset:problem:hand-over-refused',
    primary: 'pod-0',
  });
});
