import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Readiness } from '../../../app/proxy/ready.ts';
import { freePort } from '../../lib/free-port.ts';
import { waitFor } from '../../lib/wait-for.ts';

let server: Server | undefined;
let port = 0;
let status = 200;
let asked = 0;
const changes: boolean[] = [];

beforeEach(async () => {
  port = await freePort();
  changes.length = 0;
  asked = 0;
  status = 200;
});
afterEach(() => close());

async function open(): Promise<void> {
  server = createServer((_req, res) => {
    asked++;
    res.writeHead(status).end();
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
}
function close(): void {
  server?.closeAllConnections();
  server?.close();
}
function readiness(path?: string): Readiness {
  const one: Readiness = new Readiness({ port, path }, () => changes.push(one.ready));
  return one;
}

test('it is ready when it takes connections, not before, and not again before it does again', async () => {
  const one = readiness();
  one.begin();
  expect(one.ready).toBe(false);
  await open();
  await waitFor('it to be ready', () => one.ready);
  close();
  one.lose();
  expect(one.ready).toBe(false);
  await open();
  await waitFor('it to be ready again', () => one.ready);
  one.stop();
  expect(changes).toEqual([true, false, true, false]);
});

test('with a path it is ready when that is answered with less than 400', async () => {
  const one = readiness('/health');
  status = 503;
  await open();
  one.begin();
  await waitFor('it to be asked some times', () => asked > 2);
  expect(one.ready).toBe(false);
  status = 302;
  await waitFor('it to be ready', () => one.ready);
  one.stop();
});

test('what is stopped while it is tried does not become ready', async () => {
  const one = readiness('/health');
  status = 503;
  await open();
  one.begin();
  await waitFor('it to be asked', () => asked > 0);
  one.stop();
  status = 200;
  one.begin();
  await waitFor('it to be ready', () => one.ready);
  one.stop();
  expect(changes).toEqual([true, false]);
});
