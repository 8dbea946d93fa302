import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../lib/wait-for.ts';
import type { LitefsPod } from '../liteset/rig/litefs-pod.ts';
import { result } from '../liteset/rig/movable-cluster.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { type ClientsResult, clients, expectAll } from './rig/clients.ts';
import { ProxyCluster } from './rig/proxy-cluster.ts';

const cluster = new ProxyCluster();
beforeAll(() => cluster.startProxies(3), TIMEOUTS.LITEFS);
afterAll(() => cluster.stop(), TIMEOUTS.LITEFS);

const load = (name: string, pods: readonly LitefsPod[] = cluster.pods) => clients(name, pods);
const expectWhole = (result: ClientsResult) => expectAll(result, `${cluster.pods[1]?.url}/rows`);

test(
  'requests wait while the application restarts: none fails, and none is done twice',
  async () => {
    const { pod } = await cluster.primary();
    const writing = load('restart');
    for (let round = 0; round < 5; round++) {
      const before = writing.count;
      await waitFor('some requests', () => writing.count > before + 20);
      await cluster.withAgent(pod, async (agent) => {
        await agent.ask('hold');
        const waiting = writing.count;
        await delay(300);
        // All clients wait, wherever they are.
        expect(writing.count - waiting).toBeLessThanOrEqual(6);
        await agent.ask('release');
      });
    }
    await expectWhole(await writing.end());
  },
  TIMEOUTS.STORY,
);

test(
  'in a switchover the application stops here and starts there: no request fails, and none is done twice',
  async () => {
    const writing = load('move');
    const held: number[] = [];
    for (let round = 0; round < 4; round++) {
      const { pod, others } = await cluster.settled(2);
      const before = writing.count;
      await waitFor('some requests', () => writing.count > before + 20);
      const moved = await result(await cluster.switchover(pod));
      held.push(moved.heldMs);
      expect(others.map(({ url }) => url)).toContain(cluster.pods.find((_pod, i) => `pod-${i}` === moved.to)?.url);
      await expect(fetch(cluster.direct(pod))).rejects.toThrow();
    }
    await expectWhole(await writing.end());
    console.log(`${writing.count} requests, held in a switchover for ${held.join(', ')} ms`);
  },
  TIMEOUTS.STORY,
);

describe('a WebSocket, through each pod', () => {
  const openAll = () =>
    Promise.all(
      cluster.pods.map(async ({ url }) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
        await once(socket, 'open');
        return { closed: once(socket, 'close').then(([{ code, wasClean }]) => [code, wasClean]) };
      }),
    );

  test(
    'ends with 1012 when the role moves',
    async () => {
      const { pod } = await cluster.settled(2);
      const sockets = await openAll();
      await result(await cluster.switchover(pod));
      expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual(cluster.pods.map(() => [1012, true]));
      await cluster.serves();
    },
    TIMEOUTS.STORY,
  );

  test(
    'and when the primary loses its lease unasked',
    async () => {
      const { pod } = await cluster.settled(2);
      const sockets = await openAll();
      cluster.bar(pod);
      expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual(cluster.pods.map(() => [1012, true]));
      await cluster.serves();
      cluster.consul.barred.clear();
    },
    TIMEOUTS.STORY,
  );
});

test(
  'a stream of events does not keep the role from moving: it ends',
  async () => {
    const { pod, others } = await cluster.settled(2);
    const [other] = others;
    const events = await fetch(`${other?.url}/sse`);
    const ended = events.text().then(
      () => true,
      () => true,
    );
    const moved = await result(await cluster.switchover(pod));
    expect(moved.heldMs).toBeLessThan(5_000);
    expect(await ended).toBe(true);
    await cluster.serves();
  },
  TIMEOUTS.STORY,
);

test(
  'a switchover that fails starts the application again, and nothing fails',
  async () => {
    const { pod } = await cluster.settled(2);
    const writing = load('fails');
    for (const other of cluster.pods) if (other !== pod) cluster.consul.barred.add(new URL(other.url).hostname);
    const url = new URL('/liteset/switchover', cluster.clusterUrl(pod));
    const answer = await fetch(url, { method: 'POST', body: '{}' });
    cluster.consul.barred.clear();
    expect(answer.status).toBe(503);
    await cluster.serves();
    await expectWhole(await writing.end());
  },
  TIMEOUTS.STORY,
);

test(
  'a pod that ends gives the role away first: the others serve on, and its WebSockets end with 1012',
  async () => {
    const { pod, others } = await cluster.settled(2);
    const writing = load('leaves', others);
    const socket = new WebSocket(`${pod.url.replace('http', 'ws')}/ws`);
    await once(socket, 'open');
    const closed = once(socket, 'close');
    const code = await pod.stop();
    const [{ code: why }] = await closed;
    const after = writing.count;
    await waitFor('more requests', () => writing.count > after + 20);
    await expectAll(await writing.end(), `${others[0]?.url}/rows`);
    expect([code, why]).toEqual([0, 1012]);
  },
  TIMEOUTS.STORY,
);
