import { connect, type Socket } from 'node:net';
import { waitFor } from '../../../lib/wait-for.ts';
import { FakeCluster } from '../rig/fake-cluster.ts';

const cluster = new FakeCluster({ primaryWaitMs: 1_500, readWaitMs: 300 }, { MAX_BODY_BYTES: '4000000' });

beforeAll(() => cluster.start());
afterEach(async () => {
  cluster.closePrimary();
  await cluster.follow();
});
afterAll(() => cluster.stop());
const post = (init: RequestInit = {}) => fetch(`${cluster.url}/rows`, { method: 'POST', body: 'x', ...init });

/** Sends bytes as they are and returns all that comes back, until the other side closes. */
async function raw(text: string): Promise<string> {
  const socket: Socket = connect(cluster.port, '127.0.0.3');
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

test('headers of one connection are not passed on, and all others are', async () => {
  let seen: Record<string, unknown> = {};
  await cluster.primary((req, res) => {
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
  await cluster.primary(
    (req, res) => void res.end(JSON.stringify([req.headers['x-forwarded-for'], req.headers['x-forwarded-proto']])),
  );
  const answer = await post({ headers: { 'X-Forwarded-For': '10.0.0.1, 10.0.0.2', 'X-Forwarded-Proto': 'https' } });
  expect(await answer.json()).toEqual(['10.0.0.1, 10.0.0.2', 'https']);
});

test('a body of unknown length is passed on whole, whatever the method', async () => {
  await cluster.primary((req, res) => void req.pipe(res));
  const chunk = 'x'.repeat(100_000);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const body = ReadableStream.from(Array.from({ length: 20 }, () => new TextEncoder().encode(chunk)));
    const answer = await fetch(`${cluster.url}/a`, { method, body, duplex: 'half' });
    expect((await answer.text()).length).toBe(2_000_000);
  }
});

test('an answer that comes before the body is read arrives whole', async () => {
  await cluster.primary((_req, res) => void res.writeHead(413).end('too large'));
  for (let round = 0; round < 20; round++) {
    const answer = await post({ body: new Uint8Array(3_000_000) });
    expect([answer.status, await answer.text()]).toEqual([413, 'too large']);
  }
});

test('an answer that breaks in the middle is broken for the client, too', async () => {
  await cluster.primary((_req, res) => {
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
  await cluster.primary((_req, res) => {
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
  expect((await fetch(`${cluster.url}/liteset/status`)).status).toBe(200);
});
