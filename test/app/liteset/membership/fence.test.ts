import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { monotonicMs } from '../../../../app/liteset/lib/monotonic.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { FakeCluster } from '../rig/fake-cluster.ts';
import { FakeFence } from '../rig/fake-fence.ts';

/** Longer than any test: the lease then ends only when the test says so. */
const LONG_MS = 3_600_000;
/** So short that a test can wait for its end, and long enough for a write to begin. */
const SHORT_MS = 2_000;
const PROBLEM = 'urn:liteset:problem';

const fence = new FakeFence();
let url = '';
let cluster: FakeCluster;
let rows: Database.Database;

/** The sample application, on a LiteFS that says all the time that it is the primary. */
const start = async (env: Record<string, string>) => {
  cluster = new FakeCluster({ primaryWaitMs: 800, readWaitMs: 300 }, { ACK_TIMEOUT_MS: '700', ...env });
  await cluster.start();
  await cluster.promote();
  rows = new Database(cluster.database);
};
beforeAll(async () => {
  url = await fence.listen();
});
beforeEach(() => fence.renew(1, LONG_MS));
afterEach(async () => {
  rows.close();
  await cluster.stop();
});
afterAll(() => fence.close());
jest.setTimeout(TIMEOUTS.LITEFS);

const post = (path: string, text: string, headers = {}) =>
  fetch(`${cluster.url}${path}`, { method: 'POST', body: text, headers });
const has = (text: string) => rows.prepare('SELECT 1 FROM row WHERE text = ?').get(text) !== undefined;
const endOf = async (until: number) => {
  while (monotonicMs() < until) await delay(until - monotonicMs());
};
/** Waits until writes get a status, and with that until the application has heard what the fence told. */
const writesGet = (status: number) =>
  waitFor(`writes to get ${status}`, async () => (await post('/rows', 'x')).status === status);
/** Does a write, lets something happen, and only then lets its handler answer. */
const answerAfter = async (happens: () => unknown, headers = {}) => {
  const answer = post('/rows/slow', 'slow', headers);
  await waitFor('the write to be done', async () => has('slow'));
  await happens();
  rows.prepare("INSERT INTO row (text) VALUES ('go on')").run();
  const { status, headers: got } = await answer;
  return { status, retry: got.get('Retry-After'), type: ((await (await answer).json()) as { type?: string }).type };
};

test('while a sidecar is frozen, writes are acknowledged up to the end that it told last, and none begins after it', async () => {
  await start({ FENCE_URL: url });
  const until = fence.renew(1, SHORT_MS);
  const before: number[] = [];
  for (let i = 0; monotonicMs() < until - SHORT_MS / 2; i++) before.push((await post('/rows', `before ${i}`)).status);
  expect(new Set(before)).toEqual(new Set([201]));
  await endOf(until);
  const after = await post('/rows', 'after');
  expect([after.status, after.headers.get('Retry-After')]).toEqual([503, '1']);
  expect(await after.json()).toMatchObject({ type: `${PROBLEM}:no-primary` });
  expect(has('after')).toBe(false);
});

test('after the end of its lease a primary does not answer who has seen more than it has', async () => {
  await start({ FENCE_URL: url });
  const read = async (headers = {}) => (await fetch(`${cluster.url}/rows`, { headers })).status;
  const ahead = { 'Liteset-Token': `${'0'.repeat(16)}-${'f'.repeat(16)}` };
  // While the lease lasts, it is the token that is wrong: of a history that was lost.
  expect(await read(ahead)).toBe(200);
  await endOf(fence.renew(1, SHORT_MS));
  expect(await read(ahead)).toBe(503);
  expect(await read()).toBe(200);
});

test('a write that waits for the lease begins with its renewal', async () => {
  await start({ FENCE_URL: url, PRIMARY_WAIT_MS: '20000' });
  fence.end();
  const waiting = post('/rows', 'patient');
  await waitFor('it to wait', async () => {
    const counters = (await (await fetch(`${cluster.url}/counters`)).json()) as { waiting: number };
    return counters.waiting === 1;
  });
  fence.renew(1, LONG_MS);
  expect((await waiting).status).toBe(201);
});

describe('a write that is done and not answered', () => {
  const untilItEnds = () => endOf(fence.renew(1, SHORT_MS));
  const unknown = { status: 504, type: `${PROBLEM}:not-replicated` };

  test('is not acknowledged when the lease ends, and the client is told that it may be lost', async () => {
    await start({ FENCE_URL: url });
    expect(await answerAfter(untilItEnds)).toEqual({ ...unknown, retry: null });
    expect(has('slow')).toBe(true);
  });

  test('may be sent again when the lease ends, if it has an Idempotency-Key', async () => {
    await start({ FENCE_URL: url });
    expect(await answerAfter(untilItEnds, { 'Idempotency-Key': '1' })).toEqual({ ...unknown, retry: '1' });
  });

  test('is acknowledged after the end of the lease by a pod that does not look at it', async () => {
    await start({});
    expect(await answerAfter(untilItEnds)).toMatchObject({ status: 201 });
  });

  test('is not acknowledged when the sidecar says that the lease is not this pod’s any more', async () => {
    await start({ FENCE_URL: url });
    const ends = async () => {
      fence.end();
      await writesGet(503);
    };
    expect(await answerAfter(ends)).toEqual({ ...unknown, retry: null });
  });

  test('is not acknowledged when another pod was the primary in between, though this one is again', async () => {
    await start({ FENCE_URL: url });
    const isOnceMore = async () => {
      fence.renew(3, 0);
      await writesGet(503);
      fence.renew(3, LONG_MS);
      await writesGet(201);
    };
    expect(await answerAfter(isOnceMore)).toEqual({ ...unknown, retry: null });
  });

  test('is not acknowledged when LiteFS has stepped down', async () => {
    await start({ FENCE_URL: url });
    expect(await answerAfter(() => cluster.loseThePrimary())).toEqual({ ...unknown, retry: null });
  });

  test('is acknowledged when a late renewal shows that nobody else was the primary', async () => {
    await start({ FENCE_URL: url, ACK_TIMEOUT_MS: '20000' });
    const answer = answerAfter(untilItEnds);
    await waitFor('the handler to answer', async () => has('go on'));
    fence.renew(1, LONG_MS);
    expect(await answer).toMatchObject({ status: 201 });
  });

  test('is acknowledged when the stream breaks, as long as the end that was told last has not come', async () => {
    await start({ FENCE_URL: url });
    fence.refuse = true;
    fence.breakStreams();
    expect(await answerAfter(() => {})).toMatchObject({ status: 201 });
    fence.refuse = false;
  });
});

test('a stream of the fence that broke is followed again', async () => {
  await start({ FENCE_URL: url });
  const before = fence.connections;
  fence.breakStreams();
  await waitFor('another stream', async () => fence.connections > before);
  fence.end();
  await writesGet(503);
});

test('a refusal of the handler goes at once, whatever the lease', async () => {
  await start({ FENCE_URL: url });
  expect((await post('/nowhere', 'x')).status).toBe(404);
});
