import dns from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { forExpress } from '../../../../app/liteset/express.ts';
import { type Liteset, liteset } from '../../../../app/liteset/liteset.ts';
import { Problem, sendProblem } from '../../../../app/liteset/problem/problem.ts';
import { problems } from '../../../../app/liteset/problem/types.ts';
import { freePort } from '../../../lib/free-port.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const servers: Server[] = [];
const open: Liteset[] = [];

afterEach(async () => {
  jest.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const serve = async (handler: RequestListener, host = '127.0.0.1', port = 0): Promise<string> => {
  const server = createServer(handler).listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}`;
};
const plain = (options: { peers?: string; statusPort?: number } = {}) => {
  const cluster = liteset({ database: '/nonexistent/app.db', pod: 'pod-10', logger: quiet, ...options });
  open.push(cluster);
  return cluster;
};

test('without LiteFS a process is the primary of itself', async () => {
  const cluster = plain();
  const told = jest.fn();
  cluster.onBecomePrimary(told);
  expect(told).toHaveBeenCalledTimes(1);
  expect([cluster.role(), cluster.primary(), cluster.connected(), cluster.position()]).toEqual([
    'primary',
    'pod-10',
    true,
    '0000000000000000',
  ]);
  const app = express().use(forExpress(cluster).middleware);
  app.all('/', (_req, res) => void res.end('here'));
  const url = await serve(app);
  for (const method of ['GET', 'POST']) {
    const answer = await fetch(url, { method, headers: { 'Liteset-Token': `${'a'.repeat(16)}-${'f'.repeat(16)}` } });
    expect(await answer.text()).toBe('here');
    expect(answer.headers.get('Liteset-Role')).toBe('primary');
    expect(answer.headers.get('Liteset-Token')).toBeNull();
  }
  const position = '0000000000000000';
  expect(await (await fetch(`${url}/liteset/status`)).json()).toEqual({
    pod: 'pod-10',
    role: 'primary',
    primary: 'pod-10',
    position,
    connected: true,
    checksum: position,
    actsAsPrimary: true,
  });
  const pods = [{ pod: 'pod-10', role: 'primary', position, lagTransactions: 0, self: true }];
  expect(await cluster.cluster()).toEqual({ primary: 'pod-10', pods });
});

test('the cluster is every pod behind the name that answers, each once, in order', async () => {
  const port = await freePort('127.0.0.5');
  const status = (pod: string, role: string, position: string): RequestListener => {
    const body = JSON.stringify({ pod, role, primary: null, position, connected: true });
    return (_req, res) => void res.end(body);
  };
  await serve(status('pod-2', 'replica', '00000000000000fe'), '127.0.0.5', port);
  await serve(status('pod-0', 'replica', '0000000000000100'), '127.0.0.6', port);
  await serve(status('pod-10', 'replica', '0000000000000001'), '127.0.0.7', port);
  await serve((_req, res) => void res.end('not a status'), '127.0.0.8', port);
  await serve(() => {}, '127.0.0.9', port);
  const addresses = [5, 6, 7, 8, 9, 11, 5].map((n) => ({ address: `127.0.0.${n}`, family: 4 }));
  jest.spyOn(dns, 'lookup').mockImplementation((async () => addresses) as never);

  const began = performance.now();
  expect(await plain({ peers: 'pods.example', statusPort: port }).cluster()).toEqual({
    primary: 'pod-10',
    pods: [
      { pod: 'pod-0', role: 'replica', position: '0000000000000100', lagTransactions: 0, self: false },
      { pod: 'pod-2', role: 'replica', position: '00000000000000fe', lagTransactions: 2, self: false },
      { pod: 'pod-10', role: 'primary', position: '0000000000000000', lagTransactions: 256, self: true },
    ],
  });
  expect(performance.now() - began).toBeLessThan(3_000);
});

test('who asks for the cluster at the same time shares one survey', async () => {
  let asked = 0;
  const port = await freePort('127.0.0.5');
  const other = JSON.stringify({
    pod: 'pod-0',
    role: 'replica',
    primary: null,
    position: '0'.repeat(16),
    connected: true,
  });
  const answer: RequestListener = (_req, res) => {
    asked++;
    res.end(other);
  };
  await serve(answer, '127.0.0.5', port);
  jest.spyOn(dns, 'lookup').mockImplementation((async () => [{ address: '127.0.0.5', family: 4 }]) as never);
  const cluster = plain({ peers: 'pods.example', statusPort: port });
  const answers = await Promise.all(Array.from({ length: 50 }, () => cluster.cluster()));
  expect([answers.length, answers.at(-1)?.pods.length, asked]).toEqual([50, 2, 1]);
  await cluster.cluster();
  expect(asked).toBe(2);
});

test('a name that does not resolve leaves this pod alone', async () => {
  jest.spyOn(dns, 'lookup').mockRejectedValue(new Error('ENOTFOUND'));
  expect((await plain({ peers: 'nowhere.example' }).cluster()).pods).toHaveLength(1);
});

test('a problem is answered as problem details, and its own members cannot be overwritten', async () => {
  const app = express().use((_req, res) => {
    const extensions = { primary: 'pod-0', status: 200 };
    sendProblem(res, new Problem(problems.replicaWrite, 'why', { extensions, headers: { 'Retry-After': '1' } }));
  });
  const answer = await fetch(await serve(app));
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '1']);
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
  const { type, title, status } = problems.replicaWrite;
  expect(await answer.json()).toEqual({ type, title, status, primary: 'pod-0', detail: 'why' });
});

test("an application without a handler of its own answers with the problem's status", async () => {
  const app = express().use(() => {
    throw new Problem(problems.noPrimary, 'why');
  });
  app.set('env', 'test');
  expect((await fetch(await serve(app))).status).toBe(503);
});
