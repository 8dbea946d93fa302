import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { FakeCluster } from '../rig/fake-cluster.ts';

/** At most five requests and 300 kB may wait. */
const cluster = new FakeCluster(
  { primaryWaitMs: 20_000, readWaitMs: 300 },
  { WAITING_REQUESTS: '5', WAITING_BYTES: '300000' },
);

beforeAll(() => cluster.start(), TIMEOUTS.LITEFS);
beforeEach(() => cluster.loseThePrimary());
afterEach(() => cluster.closePrimary());
afterAll(() => cluster.stop());
jest.setTimeout(TIMEOUTS.LITEFS);

const post = (init: RequestInit = {}) => fetch(`${cluster.url}/rows`, { method: 'POST', body: 'x', ...init });
const counter = async (name: string) =>
  ((await (await fetch(`${cluster.url}/counters`)).json()) as Record<string, number>)[name] ?? 0;
const waiting = (count: number) =>
  waitFor(`${count} requests to wait`, async () => (await counter('waiting')) === count);
const echo = () => cluster.primary((req, res) => void req.pipe(res));

test('as many writes wait as may, the next is refused at once, and those that waited are all done once', async () => {
  const held = Array.from({ length: 5 }, (_one, i) => post({ body: `write ${i}` }));
  await waiting(5);
  const refusedBefore = await counter('waitRefused');
  const refused = await post();
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ type: 'urn:liteset:problem:waiting-room-full' });
  expect((await counter('waitRefused')) - refusedBefore).toBe(1);

  await echo();
  await cluster.follow();
  expect(await Promise.all(held.map(async (answer) => (await answer).text()))).toEqual(
    Array.from({ length: 5 }, (_one, i) => `write ${i}`),
  );
  await waiting(0);
});

test('the bytes that may wait are bounded, too', async () => {
  const body = 'x'.repeat(130_000);
  const held = [post({ body }), post({ body })];
  await waiting(2);
  expect((await post({ body })).status).toBe(503);
  const small = post({ body: 'small' });
  await waiting(3);
  const stream = ReadableStream.from([new TextEncoder().encode(body)]);
  expect((await post({ body: stream, duplex: 'half' })).status).toBe(503);

  await echo();
  await cluster.follow();
  const lengths = await Promise.all([...held, small].map(async (answer) => (await (await answer).text()).length));
  expect(lengths).toEqual([130_000, 130_000, 5]);
});

test('a client that goes away leaves its place to another', async () => {
  const controller = new AbortController();
  const held = Array.from({ length: 5 }, () => post({ signal: controller.signal }).catch(() => undefined));
  await waiting(5);
  controller.abort();
  await Promise.all(held);
  await waiting(0);
});
