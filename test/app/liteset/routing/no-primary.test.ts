import { createServer as createTcpServer } from 'node:net';
import { FakeCluster } from '../rig/fake-cluster.ts';

const WAIT_MS = 1_500;
const cluster = new FakeCluster({ primaryWaitMs: WAIT_MS, readWaitMs: 300 });

beforeAll(() => cluster.start());
afterEach(async () => {
  cluster.closePrimary();
  await cluster.follow();
});
afterAll(() => cluster.stop());
const post = (init: RequestInit = {}) => fetch(`${cluster.url}/rows`, { method: 'POST', body: 'x', ...init });
const problem = async (answer: Response) => ({
  status: answer.status,
  retry: answer.headers.get('Retry-After'),
  ...((await answer.json()) as { type: string; detail: string }),
});

test('a write that was sent to a pod that has switched over goes on to the new primary', async () => {
  await cluster.primary((req, res) => void res.end(req.headers['liteset-forwarded']));
  const answer = await post({ headers: { 'Liteset-Forwarded': 'pod-2' } });
  expect(await answer.text()).toBe('pod-2, pod-1');
});

test('a write that comes back to this pod after another switchover goes on to the new primary', async () => {
  await cluster.primary((req, res) => void res.end(req.headers['liteset-forwarded']));
  const answer = await post({ headers: { 'Liteset-Forwarded': 'pod-1, pod-2' } });
  expect(await answer.text()).toBe('pod-1, pod-2, pod-1');
});

test('a write that has been passed on six times is refused at once and not sent on', async () => {
  const passed = 'pod-2, pod-1, pod-2, pod-1, pod-2, pod-1';
  let asked = 0;
  await cluster.primary((_req, res) => void res.end(String(++asked)));
  const began = performance.now();
  const answer = await problem(await post({ headers: { 'Liteset-Forwarded': passed } }));
  expect(answer).toMatchObject({ status: 503, retry: '1', type: 'urn:liteset:problem:no-primary' });
  expect(performance.now() - began).toBeLessThan(WAIT_MS / 2);
  expect(asked).toBe(0);
});

test('a forwarded write that comes early is taken when this pod becomes the primary', async () => {
  await cluster.loseThePrimary();
  const answer = post({ headers: { 'Liteset-Forwarded': 'pod-2' }, body: 'early' });
  setTimeout(() => cluster.litefs.lead({ isPrimary: true }), 50);
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
  await cluster.loseThePrimary();
  expect(await problem(await post())).toMatchObject({
    status: 503,
    retry: '1',
    type: 'urn:liteset:problem:no-primary',
  });
});

test('a write waits for a primary that is refusing connections, and none of its body is lost', async () => {
  const waiting = post({ body: 'y'.repeat(1_000_000) });
  await cluster.primary((req, res) => void req.pipe(res));
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
    await cluster.listen(server);
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
