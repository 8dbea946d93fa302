import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Liteset, liteset } from '../../../app/liteset/liteset.ts';
import { freePort } from '../../lib/free-port.ts';
import { waitFor } from '../../lib/wait-for.ts';
import { FakeLitefs } from './rig/fake-litefs.ts';

/** A primary and a replica of plain `node:http`, in this process. What LiteFS says is the test's. */
const HOSTS = { primary: '127.0.0.4', replica: '127.0.0.3' };
const TXID = '0000000000000007';
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
const database = join(directory, 'app.db');
const primaryLitefs = new FakeLitefs({ isPrimary: true }, directory);
const replicaLitefs = new FakeLitefs({ isPrimary: false, hostname: HOSTS.primary });
const servers: Server[] = [];
let clusters: [primary: Liteset, replica: Liteset];
let port: number;

/** Serves an application that answers with the pod, the method, the path and the body. */
async function pod(name: string, host: string, litefs: FakeLitefs): Promise<Liteset> {
  const litefsUrl = await litefs.listen();
  const cluster = liteset({ database, pod: name, litefsUrl, peerPort: port, primaryWaitMs: 200, logger: quiet });
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    if (req.url === '/refused') res.end(String(await cluster.explain(refusal, res)));
    else res.end(`${name} ${req.method} ${req.url} ${await text(req)}`);
  };
  const server = createServer((req, res) => cluster.middleware(req, res, () => void answer(req, res)));
  servers.push(server.listen(port, host));
  await once(server, 'listening');
  return cluster;
}
const refusal = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' });

beforeAll(async () => {
  port = await freePort(HOSTS.primary);
  clusters = [await pod('pod-0', HOSTS.primary, primaryLitefs), await pod('pod-1', HOSTS.replica, replicaLitefs)];
  await waitFor('the pods to know their roles', async () => clusters.every((one) => one.primary() !== undefined));
  for (const litefs of [primaryLitefs, replicaLitefs]) litefs.transaction('app.db', TXID, 'a'.repeat(16));
  await waitFor('the transaction', async () => clusters.every((one) => one.position() === TXID));
});
afterAll(async () => {
  for (const server of servers) server.closeAllConnections();
  for (const one of [...servers, primaryLitefs, replicaLitefs]) one.close();
  await Promise.all(clusters.map((one) => one.close()));
  rmSync(directory, { recursive: true, force: true });
});

const ask = (path: string, init?: RequestInit) => fetch(`http://${HOSTS.replica}:${port}${path}`, init);
const shown = async (answer: Response) => [answer.status, answer.headers.get('Liteset-Pod'), await answer.text()];

test('a read is answered here, with the position', async () => {
  const answer = await ask('/a?b=1');
  expect(answer.headers.get('Liteset-Position')).toBe(TXID);
  expect(answer.headers.getSetCookie()).toHaveLength(1);
  expect(await shown(answer)).toEqual([200, 'pod-1', 'pod-1 GET /a?b=1 ']);
});

test('a write goes to the primary, with its body', async () => {
  const answer = await ask('/a?b=1', { method: 'POST', body: 'body' });
  expect(await shown(answer)).toEqual([200, 'pod-0', 'pod-0 POST /a?b=1 body']);
});

test.each(['/liteset/status', '/liteset/status?now'])('%s tells how this pod stands', async (path) => {
  const answer = await ask(path);
  expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
  expect(await answer.json()).toMatchObject({ pod: 'pod-1', role: 'replica', primary: HOSTS.primary, position: TXID });
});

test("a handler's write that the replica has refused is explained", async () => {
  expect(await (await ask('/refused')).text()).toContain(`the primary is ${HOSTS.primary}`);
});

test('without a primary a write is a problem, and the application is not called', async () => {
  replicaLitefs.lead({ isPrimary: false });
  await waitFor('the pod to have no primary', async () => clusters[1].primary() === undefined);
  const answer = await ask('/', { method: 'POST', body: 'body' });
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '1']);
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
  expect(await answer.json()).toMatchObject({ type: 'urn:liteset:problem:no-primary', status: 503 });
});
