import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Status } from '../../../app/liteset/peers.ts';
import { FakeLitefs } from './fake-litefs.ts';
import { freePort, waitFor } from './litefs-pod.ts';
import { SampleProcess } from './sample-process.ts';

/** A replica that takes 127.0.0.4 for the primary. What listens there is up to each test. */
const PRIMARY = '127.0.0.4';
const WAIT_MS = 400;
const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
const litefs = new FakeLitefs({ isPrimary: false, hostname: PRIMARY });
let replica: SampleProcess;
let port: number;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  port = await freePort(PRIMARY);
  replica = new SampleProcess({
    DATABASE: join(directory, 'app.db'),
    HOST: '127.0.0.3',
    PORT: String(port),
    LITEFS_URL: await litefs.listen(),
    PRIMARY_WAIT_MS: String(WAIT_MS),
  });
  await replica.start();
});

afterEach(async () => {
  litefs.lead({ isPrimary: false, hostname: PRIMARY });
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => void resolve(server.close()))));
});

afterAll(async () => {
  await replica?.stop();
  litefs.close();
  rmSync(directory, { recursive: true, force: true });
});

const listen = <S extends Server | ReturnType<typeof createTcpServer>>(server: S): Promise<S> =>
  new Promise((resolve) => {
    open.push(server);
    server.listen(port, PRIMARY, () => resolve(server));
  });
const primary = (answer: RequestListener) => {
  const server = createServer(answer);
  open.push({ close: () => server.closeAllConnections() });
  return listen(server);
};
const post = (init: RequestInit = {}) => fetch(`${replica.url}/rows`, { method: 'POST', body: 'x', ...init });
const problem = async (answer: Response) => ({
  status: answer.status,
  retry: answer.headers.get('Retry-After'),
  ...((await answer.json()) as { type: string; detail: string }),
});

const leaderless = () =>
  waitFor('the replica to know of no primary', async () => {
    const status = await fetch(`${replica.url}/liteset/status`);
    return ((await status.json()) as Status).primary === null;
  });

/** Sends bytes as they are and returns all that comes back, until the other side closes. */
async function raw(text: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.3');
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

test('headers of one connection are not passed on, and all others are', async () => {
  let seen: Record<string, unknown> = {};
  await primary((req, res) => {
    seen = req.headers;
    res.writeHead(
      200,
      'Fine',
      [
        ['Connection', 'close, X-Hop'],
        ['X-Hop', 'no'],
        ['Proxy-Authenticate', 'no'],
        ['X-Twice', 'one'],
        ['X-Twice', 'two'],
      ].flat(),
    );
    res.end('body');
  });
  const answer = await raw(
    'POST /a?b=c HTTP/1.1\r\nHost: example.org\r\nConnection: close, X-Mine, Content-Length\r\nX-Mine: no\r\nTE: trailers\r\n' +
      'Upgrade: h2c\r\nProxy-Authorization: no\r\nX-Kept: yes\r\nContent-Length: 2\r\n\r\nhi',
  );
  expect(answer).toMatch(/^HTTP\/1.1 200 Fine\r\n/);
  expect(answer).toMatch(/X-Twice: one\r\nX-Twice: two\r\n/);
  expect(answer).not.toMatch(/X-Hop|Proxy-Authenticate/);
  expect(answer).toMatch(/Connection: close\r\n/);
  expect(Object.keys(seen)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/x-mine|^te$|upgrade|proxy-auth/)]),
  );
  expect(seen).toMatchObject({
    host: 'example.org',
    'x-kept': 'yes',
    'content-length': '2',
    'liteset-forwarded': 'pod-1',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'example.org',
  });
});

test("a proxy's X-Forwarded headers reach the primary as they came", async () => {
  await primary(
    (req, res) => void res.end(JSON.stringify([req.headers['x-forwarded-for'], req.headers['x-forwarded-proto']])),
  );
  const answer = await post({ headers: { 'X-Forwarded-For': '10.0.0.1, 10.0.0.2', 'X-Forwarded-Proto': 'https' } });
  expect(await answer.json()).toEqual(['10.0.0.1, 10.0.0.2', 'https']);
});

test('a body of unknown length is streamed, whatever the method', async () => {
  await primary((req, res) => void req.pipe(res));
  const chunk = 'x'.repeat(100_000);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const body = ReadableStream.from(Array.from({ length: 20 }, () => new TextEncoder().encode(chunk)));
    const answer = await fetch(`${replica.url}/a`, { method, body, duplex: 'half' });
    expect((await answer.text()).length).toBe(2_000_000);
  }
});

test('an answer that comes before the body is read arrives whole', async () => {
  await primary((_req, res) => void res.writeHead(413).end('too large'));
  for (let round = 0; round < 20; round++) {
    const answer = await post({ body: new Uint8Array(3_000_000) });
    expect([answer.status, await answer.text()]).toEqual([413, 'too large']);
  }
});

test('a forwarded write that reaches a replica is refused at once and not sent on', async () => {
  let asked = 0;
  await primary((_req, res) => void res.end(String(++asked)));
  const began = performance.now();
  const answer = await problem(await post({ headers: { 'Liteset-Forwarded': 'pod-2' } }));
  expect(answer).toMatchObject({ status: 503, retry: '1', type: 'urn:liteset:problem:no-primary' });
  expect(performance.now() - began).toBeLessThan(WAIT_MS - 50);
  expect(asked).toBe(0);
});

test('a forwarded write that comes early is taken when this pod becomes the primary', async () => {
  litefs.lead({ isPrimary: false });
  await leaderless();
  const answer = post({ headers: { 'Liteset-Forwarded': 'pod-2' }, body: 'early' });
  setTimeout(() => litefs.lead({ isPrimary: true }), 50);
  expect((await answer).status).toBe(201);
});

test('a primary that nothing reaches within the limit is a 503 that says when to try again', async () => {
  const began = performance.now();
  expect(await problem(await post())).toMatchObject({
    status: 503,
    retry: '1',
    type: 'urn:liteset:problem:no-primary',
  });
  expect(performance.now() - began).toBeGreaterThanOrEqual(WAIT_MS);
});

test('no known primary within the limit is a 503 that says when to try again', async () => {
  litefs.lead({ isPrimary: false });
  await leaderless();
  expect(await problem(await post())).toMatchObject({
    status: 503,
    retry: '1',
    type: 'urn:liteset:problem:no-primary',
  });
});

test('a write waits for a primary that is refusing connections, and none of its body is lost', async () => {
  const waiting = post({ body: 'y'.repeat(1_000_000) });
  await primary((req, res) => void req.pipe(res));
  expect((await (await waiting).text()).length).toBe(1_000_000);
});

describe('when the connection breaks after the request was sent', () => {
  let requests: number;
  beforeEach(async () => {
    requests = 0;
    const server = createTcpServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', () => {
          requests++;
          socket.destroy();
        });
    });
    await listen(server);
  });
  afterEach(() => expect(requests).toBe(1));

  test('a POST is a 502 that says the outcome is unknown', async () => {
    expect(await problem(await post())).toMatchObject({
      status: 502,
      retry: null,
      type: 'urn:liteset:problem:outcome-unknown',
    });
  });

  test.each([
    ['a PUT', { method: 'PUT' }],
    ['a DELETE', { method: 'DELETE' }],
    ['a POST with an Idempotency-Key', { headers: { 'Idempotency-Key': '1' } }],
  ])('%s is a 503 that invites to send it again', async (_what, init) => {
    expect(await problem(await post(init))).toMatchObject({
      status: 503,
      retry: '1',
      type: 'urn:liteset:problem:answer-lost',
    });
  });
});

test('an answer that breaks in the middle is broken for the client, too', async () => {
  await primary((_req, res) => {
    res.writeHead(200, { 'Content-Length': '100' }).write('half');
    setImmediate(() => res.destroy());
  });
  const answer = await post();
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow();
});

test('a client that goes away takes its request at the primary with it', async () => {
  let gone = false;
  let arrived = false;
  await primary((_req, res) => {
    arrived = true;
    res.on('close', () => {
      gone = true;
    });
  });
  const controller = new AbortController();
  const answer = post({ signal: controller.signal }).catch(() => 'aborted');
  await waitFor('the request to arrive', async () => arrived);
  controller.abort();
  await waitFor('the request to go', async () => gone);
  expect(await answer).toBe('aborted');
  expect((await fetch(`${replica.url}/liteset/status`)).status).toBe(200);
});
