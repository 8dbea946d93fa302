import type { LitefsPod } from '../rig/litefs-pod.ts';
import { Load } from '../rig/load.ts';
import { counters, MovableCluster, result } from '../rig/movable-cluster.ts';

/** The middleware on three real LiteFS whose lease moves, under writers with unique ids and readers with tokens. */
const cluster = new MovableCluster();

beforeAll(() => cluster.start(3, { DRAIN_MS: '1000' }), 90_000);
const loads: Load[] = [];
const under = (name: string, targets: () => LitefsPod[]): Load => {
  const load = new Load(name, targets);
  loads.push(load);
  load.start(4, 2);
  return load;
};
afterEach(() => Promise.all(loads.splice(0).map((load) => load.stop())));
afterAll(() => cluster.stop(), 60_000);
jest.setTimeout(180_000);

const SWITCHOVERS = 30;

test(`${SWITCHOVERS} switchovers under load fail, lose and duplicate no write, and take no reader back`, async () => {
  const load = under('loop', () => cluster.pods);
  const held: number[] = [];
  for (let i = 0; i < SWITCHOVERS; i++) {
    const { pod } = await cluster.settled(2);
    await load.more(20);
    held.push((await result(await cluster.switchover(pod))).heldMs);
  }
  await load.stop();
  await cluster.level();
  const seen = await Promise.all(cluster.pods.map((pod) => load.check(pod)));
  const [{ gaps, ...first }] = seen as [(typeof seen)[0], ...typeof seen];
  held.sort((a, b) => a - b);
  console.log(
    `${first.acknowledged} writes, ${first.reads} reads; writes held in a switchover: median ${held[held.length >> 1]} ms, longest ${held.at(-1)} ms; longest pauses between two answers: ${gaps.slice(0, 5)} ms`,
  );
  for (const { failed, lost, duplicated, backwards } of seen) {
    expect({ failed, lost, duplicated, backwards }).toEqual({ failed: [], lost: [], duplicated: [], backwards: 0 });
  }
  expect(first.acknowledged).toBeGreaterThanOrEqual(SWITCHOVERS * 20);
});

test('the pod that is asked for takes over, and a name that nobody has changes nothing', async () => {
  const { pod, others } = await cluster.settled(2);
  expect(await (await cluster.switchover(pod, 'pod-9')).json()).toMatchObject({
    type: 'urn:liteset:problem:switchover-refused',
    detail: expect.stringMatching(/pod-9.*Connected: pod-\d, pod-\d/),
  });
  expect((await cluster.primary()).pod).toBe(pod);
  const successor = others.at(-1);
  const name = `pod-${cluster.pods.indexOf(successor ?? pod)}`;
  expect(await result(await cluster.switchover(pod, name))).toMatchObject({ to: name });
  expect((await cluster.primary()).pod).toBe(successor);
  expect((await cluster.switchover(pod)).status).toBe(409);
});

test('a pod that is told to end switches over first: no write fails, and LiteFS ends in order', async () => {
  const { pod, others } = await cluster.settled(2);
  let targets = cluster.pods;
  const load = under('end', () => targets);
  await load.more(20);
  const ended = pod.stop();
  // The Ingress learns a moment later that the pod is not ready any more.
  setTimeout(() => {
    targets = others;
  }, 300);
  expect(await ended).toBe(0);
  await load.more(20);
  await load.stop();
  await cluster.level();
  const { pod: successor } = await cluster.primary();
  const { failed, lost, duplicated, backwards, gaps, acknowledged } = await load.check(successor);
  console.log(`${acknowledged} writes; longest pauses between two answers: ${gaps.slice(0, 3)} ms`);
  expect({ failed, lost, duplicated, backwards }).toEqual({ failed: [], lost: [], duplicated: [], backwards: 0 });
  await pod.start();
  await cluster.settled(2);
  expect((await counters(successor)).switchoversFailed).toBe(0);
});
