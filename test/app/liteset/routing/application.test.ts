import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { liteset } from '../../../../app/liteset/liteset.ts';
import type { Application } from '../../../../app/liteset/routing/application.ts';
import { waitFor } from '../../../lib/wait-for.ts';

/** An application that answers when the test says so. */
class Stub extends EventEmitter<{ change: [] }> implements Application {
  ready = false;
  takes = true;
  attempts = 0;
  onChange(listener: () => void): void {
    this.on('change', listener);
  }
  set(ready: boolean): void {
    this.ready = ready;
    this.emit('change');
  }
  async connect(): Promise<Socket | undefined> {
    this.attempts++;
    if (this.takes) return new Socket();
    this.set(false);
    return undefined;
  }
  async stop(): Promise<void> {}
  async start(): Promise<void> {}
}

const stub = new Stub();
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const cluster = liteset({
  ...{ database: 'none.db', pod: 'pod-0', runOn: 'primary', application: stub, primaryWaitMs: 300, logger: quiet },
});
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((req, res) =>
    cluster.middleware(req, res, (connection) => void res.end(`${req.method} ${connection !== undefined}`)),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  stub.set(false);
  stub.takes = true;
  stub.attempts = 0;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await cluster.close();
});

test('while the application does not answer it is not tried, and whoever waits too long is told so', async () => {
  const answer = await fetch(url);
  expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([
    503,
    'urn:liteset:problem:application-away',
  ]);
  expect(stub.attempts).toBe(0);
});

test('once it answers, whoever waits goes on, each with a connection', async () => {
  const answers = ['GET', 'POST', 'GET'].map((method) => fetch(url, { method }));
  await waitFor('three to wait', () => cluster.counters().waiting === 3);
  stub.set(true);
  expect(await Promise.all(answers.map(async (answer) => (await answer).text()))).toEqual([
    'GET true',
    'POST true',
    'GET true',
  ]);
  expect(stub.attempts).toBe(3);
});

test('one that refuses a connection is tried again only when it says that it answers', async () => {
  stub.takes = false;
  stub.set(true);
  const answer = fetch(url);
  await waitFor('it to wait', () => cluster.counters().waiting === 1);
  expect(stub.attempts).toBe(1);
  stub.takes = true;
  stub.set(true);
  expect(await (await answer).text()).toBe('GET true');
  expect(stub.attempts).toBe(2);
});

test('pages of other origins may ask for what they like: that is the application’s to say', async () => {
  stub.set(true);
  const headers = { Origin: 'https://other.example', 'Sec-Fetch-Site': 'cross-site' };
  expect(await (await fetch(url, { method: 'POST', headers })).text()).toBe('POST true');
});
