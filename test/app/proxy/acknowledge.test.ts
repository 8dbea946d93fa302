import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../lib/wait-for.ts';
import { FakeFence } from '../liteset/rig/fake-fence.ts';
import type { LitefsPod } from '../liteset/rig/litefs-pod.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { ProxyCluster } from './rig/proxy-cluster.ts';

const cluster = new ProxyCluster();
const fence = new FakeFence();
let pod: LitefsPod;
let replica: LitefsPod;

/** Longer than any test lasts, in milliseconds. */
const LONG = 600_000;

beforeAll(async () => {
  const acknowledging = { ACK_REPLICAS: '1', ACK_TIMEOUT_MS: '500', PRIMARY_WAIT_MS: '2000' };
  fence.renew(1, LONG);
  await cluster.startProxies(2, { ...acknowledging, FENCE_URL: await fence.listen() }, true);
  ({
    pod,
    others: [replica = cluster.pods[1] as LitefsPod],
  } = await cluster.settled(1));
}, TIMEOUTS.LITEFS);
afterEach(async () => {
  fence.renew(1, LONG);
  cluster.link(pod).resume();
  await cluster.unsettle(pod, false);
  await cluster.serves();
});
afterAll(async () => {
  await cluster.stop();
  fence.close();
}, TIMEOUTS.LITEFS);

/** What is answered through the replica. */
async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${replica.url}${path}`, init);
  const body = (await answer.json()) as { type?: string; id?: number; detail?: string };
  return { status: answer.status, type: body.type?.split(':').at(-1), detail: body.detail, headers: answer.headers };
}
const times = async (text: string) =>
  ((await (await fetch(`${cluster.direct(pod)}/rows`)).json()) as string[]).filter((row) => row === text).length;
const metric = async (name: string) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await fetch(`${pod.url}/metrics`)).text())?.[1]);

describe('with a replica that must have what is answered', () => {
  test.each(['/write-on-get?text=acknowledged', '/write-and-refuse?status=404&text=acknowledged', '/rows'])(
    '%s says that it has',
    async (path) => {
      const { status, headers } = await ask(path);
      expect([status < 500, headers.get('Liteset-Replicas')]).toEqual([true, '1 of 1']);
      const position = headers.get('Liteset-Position') ?? '';
      const known = (await cluster.statuses()).find(({ pod: one }) => one === replica);
      expect((known?.status.position ?? '') >= position).toBe(true);
    },
  );

  test.each(['/write-on-get?text=lonely', '/write-and-refuse?status=404&text=lonely'])(
    '%s is not acknowledged while replication stands still, and done once',
    async (path) => {
      const before = await times('lonely');
      cluster.link(pod).pause();
      expect(await ask(path)).toMatchObject({ status: 504, type: 'not-replicated' });
      expect(await times('lonely')).toBe(before + 1);
    },
  );

  test('an answer that promises nothing waits for nobody', async () => {
    cluster.link(pod).pause();
    expect(await ask('/write-and-refuse?status=500&text=failed')).toMatchObject({ status: 500, type: undefined });
  });
});

test('what LiteFS may not have is not acknowledged, nor does it get a position', async () => {
  const before = await metric('liteset_unsettled_requests_total');
  await cluster.unsettle(pod, true);
  const answer = await ask('/write-on-get?text=unsettled');
  expect(answer).toMatchObject({ status: 504, type: 'unsettled' });
  expect(answer.headers.get('Liteset-Replicas')).toBeNull();
  expect(await times('unsettled')).toBe(1);
  expect(await metric('liteset_unsettled_requests_total')).toBe(before + 1);
  await cluster.unsettle(pod, false);
  expect(await ask('/write-on-get?text=settled')).toMatchObject({ status: 200 });
});

describe('the lease', () => {
  test('a request whose lease ends while it is at work is not acknowledged', async () => {
    const asked = ask('/slow?ms=300&text=late');
    await waitFor('the request to be at work', async () => (await metric('liteset_writes_in_progress')) === 1);
    fence.end();
    expect(await asked).toMatchObject({ status: 504, type: 'not-replicated' });
    expect(await times('late')).toBe(1);
  });

  test('nor one that began in an earlier time as the primary', async () => {
    const asked = ask('/slow?ms=300&text=of+another+time');
    await waitFor('the request to be at work', async () => (await metric('liteset_writes_in_progress')) === 1);
    fence.renew(2, LONG);
    expect(await asked).toMatchObject({ status: 504, type: 'not-replicated' });
  });

  test('after its end no request reaches the application, whatever its method, until it lasts again', async () => {
    fence.end();
    const asked = ask('/write-on-get?text=waits');
    await delay(300);
    expect(await times('waits')).toBe(0);
    fence.renew(1, LONG);
    expect(await asked).toMatchObject({ status: 200 });
    fence.end();
    expect(await ask('/rows')).toMatchObject({ status: 503, type: 'no-primary' });
  });
});

test('while the application does not answer, requests wait; then they are told so, and the pod is not ready', async () => {
  const probe = async ({ url }: LitefsPod) => (await fetch(`${url}/readyz`)).status;
  expect([await probe(pod), await probe(replica)]).toEqual([200, 200]);
  await cluster.withAgent(pod, async (agent) => {
    await agent.ask('hold');
    const answer = await ask('/write-on-get?text=nobody+there');
    expect(answer).toMatchObject({ status: 503, type: 'application-away' });
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect([await probe(pod), await probe(replica)]).toEqual([503, 200]);
    expect(await metric('liteset_application_ready')).toBe(0);
  });
  await cluster.serves();
  expect([await probe(pod), await times('nobody there')]).toEqual([200, 0]);
});
