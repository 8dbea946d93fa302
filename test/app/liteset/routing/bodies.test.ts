import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from '../../../lib/wait-for.ts';
import { FakeCluster } from '../rig/fake-cluster.ts';

/** Three bodies may be read at a time, 100 kB of them, for a second. */
const cluster = new FakeCluster(
  { primaryWaitMs: 1_500, readWaitMs: 300 },
  { READING_REQUESTS: '3', READING_BYTES: '100000', MAX_BODY_BYTES: '60000', BODY_MS: '1000' },
);
const open: Socket[] = [];

beforeAll(() => cluster.start());
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await counts({ readingBodies: 0 });
});
afterAll(() => cluster.stop());

const counters = async () => (await (await fetch(`${cluster.url}/counters`)).json()) as Record<string, number>;
const counts = (wanted: Record<string, number>) =>
  waitFor(`counters to be ${JSON.stringify(wanted)}`, async () => {
    const now = await counters();
    return Object.entries(wanted).every(([name, count]) => now[name] === count);
  });
const post = (body: string) => fetch(`${cluster.url}/rows`, { method: 'POST', body });

/** A write whose body has so many bytes and comes in part. Returns what is answered until the other side closes. */
function begin(part: string, length: number): { socket: Socket; answer: Promise<string> } {
  const socket = connect(cluster.port, '127.0.0.3');
  open.push(socket);
  socket.write(`POST /rows HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n${part}`);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return { socket, answer: new Promise((resolve) => void socket.on('close', () => resolve(text))) };
}

test('a write is in progress, and comes to its handler, when its body is there', async () => {
  await cluster.promote();
  const { socket } = begin('ha', 4);
  await counts({ readingBodies: 1, writing: 0 });
  expect((await post('other')).status).toBe(201);
  socket.write('lf');
  await counts({ readingBodies: 0, writing: 0 });
  await waitFor('the row', async () => ((await (await fetch(`${cluster.url}/rows`)).text()) ?? '').includes('half'));
});

test('one that comes half on the primary goes to the pod that is the primary when it is whole', async () => {
  await cluster.promote();
  const { socket, answer } = begin('ha', 4);
  await counts({ readingBodies: 1 });
  await cluster.primary((req, res) => void req.pipe(res));
  await cluster.follow();
  socket.write('lf');
  expect(await answer).toContain('half');
  cluster.closePrimary();
});

test('one that takes too long is told so, and its connection closed', async () => {
  const { answer } = begin('x', 4);
  expect(await answer).toMatch(/^HTTP\/1.1 408 .*"urn:liteset:problem:body-too-slow".*not there within 1000 ms/s);
});

test('of too many at a time the oldest is cut, and a whole one is never refused', async () => {
  await cluster.promote();
  const before = (await counters())['bodiesCut'] ?? 0;
  const first = begin('x', 4);
  await counts({ readingBodies: 1 });
  for (let i = 0; i < 3; i++) begin('x', 4);
  expect(await first.answer).toMatch(/^HTTP\/1.1 408 .*Too many others/s);
  await counts({ readingBodies: 3, bodiesCut: before + 1 });
  expect((await post('whole')).status).toBe(201);
});

test('of too many bytes, too', async () => {
  const first = begin('x'.repeat(50_000), 55_000);
  await counts({ readingBodies: 1 });
  begin('x'.repeat(50_001), 55_000);
  expect(await first.answer).toMatch(/^HTTP\/1.1 408 .*Too many others/s);
  await counts({ readingBodies: 1 });
});

test('who sends all of one that is too long reads the answer then, and meets no reset', async () => {
  const length = 8 * 2 ** 20;
  const { socket, answer } = begin('', length);
  const failed: string[] = [];
  socket.on('error', ({ message }) => failed.push(message)).pause();
  const part = 'x'.repeat(length / 128);
  for (let sent = 0; sent < 128; sent++) if (!socket.write(part)) await once(socket, 'drain');
  socket.resume();
  expect(await answer).toMatch(/^HTTP\/1.1 413 /);
  expect(failed).toEqual([]);
});

test('one that is too long is refused, whether it says so or not', async () => {
  expect(await begin('', 60_001).answer).toMatch(/^HTTP\/1.1 413 .*"urn:liteset:problem:body-too-large"/s);
  const chunk = new TextEncoder().encode('x'.repeat(30_001));
  const body = ReadableStream.from([chunk, chunk]);
  const answer = await fetch(`${cluster.url}/rows`, { method: 'POST', body, duplex: 'half' });
  expect(answer.status).toBe(413);
});

test('a client that goes away leaves nothing', async () => {
  const { socket } = begin('x', 4);
  await counts({ readingBodies: 1 });
  socket.destroy();
  await counts({ readingBodies: 0 });
  expect((await fetch(`${cluster.url}/counters`)).status).toBe(200);
});
