import { NO_OFFENCES } from '../../../lib/load/check.ts';
import { gaps } from '../../../lib/load/gaps.ts';
import { Load } from '../../../lib/load/load.ts';
import { slow } from '../../../lib/slow.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import type { LitefsPod } from '../rig/litefs-pod.ts';
import { counters, MovableCluster, result } from '../rig/movable-cluster.ts';
import { offences, rowService } from '../rig/row-service.ts';

/** The middleware on three real LiteFS whose lease moves, under writers with unique ids and readers with tokens. */
const cluster = new MovableCluster();

beforeAll(() => cluster.start(3, { DRAIN_MS: '1000' }), TIMEOUTS.LITEFS);
const loads: Load[] = [];
const under = (targets: () => LitefsPod[]): Load => {
  const load = new Load(rowService(targets), { writers: 4, readers: 2, restMs: 10 });
  loads.push(load);
  return load;
};
/** Nothing failed, and nothing contradicts the guarantees, by the rows of each of these pods. */
const isRight = async (load: Load, pods: readonly LitefsPod[]) => {
  const failed = [...load.history.unsuccessful, ...load.history.failedReads(false)];
  expect(failed).toEqual([]);
  for (const pod of pods) expect(await offences(load, pod)).toEqual(NO_OFFENCES);
};
afterEach(() => Promise.all(loads.splice(0).map((load) => load.stop())));
afterAll(() => cluster.stop(), TIMEOUTS.LITEFS);
jest.setTimeout(TIMEOUTS.STORY);

const SWITCHOVERS = 30;
/** How long a switchover may hold writes: it takes some 50 ms on an idle machine. */
const HELD_MS = 5_000 * slow;

test(`${SWITCHOVERS} switchovers under load fail, lose and duplicate no write, and take no reader back`, async () => {
  const load = under(() => cluster.pods);
  const held: number[] = [];
  for (let i = 0; i < SWITCHOVERS; i++) {
    const { pod } = await cluster.settled(2);
    await load.acknowledges(20);
    held.push((await result(await cluster.switchover(pod))).heldMs);
  }
  await load.stop();
  await cluster.level();
  await isRight(load, cluster.pods);
  held.sort((a, b) => a - b);
  console.log(
    `${load.history.operations.length} requests; writes held in a switchover: median ${held[held.length >> 1]} ms, longest ${held.at(-1)} ms; longest pauses between two acknowledged: ${gaps(load.history).slice(0, 5)} ms`,
  );
  expect(load.history.writes('done').length).toBeGreaterThanOrEqual(SWITCHOVERS * 20);
  expect(held.at(-1)).toBeLessThan(HELD_MS);
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
  const load = under(() => targets);
  await load.acknowledges(20);
  const ended = pod.stop();
  // The Ingress learns a moment later that the pod is not ready any more.
  setTimeout(() => {
    targets = others;
  }, 300);
  expect(await ended).toBe(0);
  await load.acknowledges(20);
  await load.stop();
  await cluster.level();
  const { pod: successor } = await cluster.primary();
  await isRight(load, [successor]);
  console.log(`longest pauses between two acknowledged writes: ${gaps(load.history).slice(0, 3)} ms`);
  await pod.start();
  await cluster.settled(2);
  expect((await counters(successor)).switchoversFailed).toBe(0);
});
