import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import type { LitefsPod } from '../rig/litefs-pod.ts';
import { counters, MovableCluster, result } from '../rig/movable-cluster.ts';

/** What only a former primary has, which a failover takes back: whoever reads it there is told. Two real LiteFS. */
let cluster: MovableCluster;
beforeEach(async () => {
  cluster = new MovableCluster();
  await cluster.start(2, { PRIMARY_WAIT_MS: '1500', ACK_TIMEOUT_MS: '500', ACK_REPLICAS: '1' }, { withLinks: true });
});
afterEach(() => cluster.stop(), TIMEOUTS.LITEFS);
jest.setTimeout(TIMEOUTS.STORY);

const post = (pod: LitefsPod, text: string) => fetch(`${pod.url}/rows`, { method: 'POST', body: text });
/** The rows that a pod shows, and what it says of their replicas. */
const read = async (pod: LitefsPod) => {
  const answer = await fetch(`${pod.url}/rows`);
  expect(answer.status).toBe(200);
  return { rows: (await answer.json()) as string[], replicas: answer.headers.get('Liteset-Replicas') };
};
const roleOf = async (pod: LitefsPod) => (await cluster.statuses()).find((one) => one.pod === pod)?.status.role;
/** Takes the lease away from a pod that goes on. */
const demote = async (pod: LitefsPod) => {
  cluster.bar(pod);
  await waitFor('the pod to be a replica', async () => (await roleOf(pod)) === 'replica');
};

test('a former primary says of what only it has that it may be taken back, until its successor has taken it back', async () => {
  // To one that was a replica before, for which a primary has vouched then.
  await result(await cluster.switchover((await cluster.primary()).pod));
  const {
    pod,
    others: [successor],
  } = await cluster.settled(1);
  if (!successor) throw new Error('no other pod');
  expect((await post(pod, 'kept')).status).toBe(201);
  cluster.link(pod).pause();
  cluster.link(successor).pause();
  expect((await post(pod, 'alone')).status).toBe(504);
  await demote(pod);
  expect(await read(pod)).toEqual({ rows: ['kept', 'alone'], replicas: '0 of 1' });

  cluster.link(pod).cut();
  await waitFor('the other pod to be the primary', async () => (await roleOf(successor)) === 'primary');
  // LiteFS follows its successor, and has nothing from it yet.
  await waitFor('the pod to report', async () => (await counters(successor)).replicas === 1);
  expect(await read(pod)).toEqual({ rows: ['kept', 'alone'], replicas: '0 of 1' });
  expect(await read(successor)).toEqual({ rows: ['kept'], replicas: '0 of 1' });

  cluster.link(successor).resume();
  expect((await post(successor, 'more')).status).toBe(201);
  await waitFor('what only one had to be gone', async () => !(await read(pod)).rows.includes('alone'));
  await waitFor('the successor to vouch', async () => (await read(pod)).replicas === null);
  expect(await read(pod)).toEqual({ rows: ['kept', 'more'], replicas: null });
});

test('a former primary whose replicas have all that it has says nothing', async () => {
  const { pod, others } = await cluster.primary();
  expect((await post(pod, 'kept')).status).toBe(201);
  cluster.link(others[0] as LitefsPod).pause();
  await demote(pod);
  expect(await read(pod)).toEqual({ rows: ['kept'], replicas: null });
});
