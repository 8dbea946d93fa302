import { followLines } from '../../../../app/liteset/lib/follow-lines.ts';
import { CONFIRMED_PATH } from '../../../../app/liteset/replication/confirmed-stream.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import type { LitefsPod } from '../rig/litefs-pod.ts';
import { MovableCluster } from '../rig/movable-cluster.ts';

/** Two real LiteFS, with replication that can be held. */
let cluster: MovableCluster;
let end: AbortController;
const start = async (env: Record<string, string>) => {
  cluster = new MovableCluster();
  end = new AbortController();
  await cluster.start(2, { ACK_TIMEOUT_MS: '500', ...env }, { withLinks: true });
};
afterEach(async () => {
  end.abort();
  await cluster.stop();
}, TIMEOUTS.LITEFS);
jest.setTimeout(TIMEOUTS.STORY);

/** What a pod tells now and from now on, the last line at the end. */
const listen = (pod: LitefsPod): string[] => {
  const told: string[] = [];
  const listener = { onLine: (line: string) => void told.push(line), onLost: () => {} };
  void followLines(new URL(CONFIRMED_PATH, cluster.clusterUrl(pod)), listener, end.signal);
  return told;
};
const post = (pod: LitefsPod) => fetch(`${pod.url}/rows`, { method: 'POST', body: 'row' });
const txidOf = async (pod: LitefsPod) =>
  (await cluster.statuses()).find((one) => one.pod === pod)?.status.position ?? '';
/** TXID of the last line. */
const last = (told: string[]) => /^\{"app.db":"([0-9a-f]{16})\/[0-9a-f]{16}"\}$/.exec(told.at(-1) ?? '')?.[1];

test('the primary tells the lease the position that a replica has, not its own', async () => {
  await start({ ACK_REPLICAS: '1' });
  const { pod, others } = await cluster.primary();
  const told = listen(pod);
  expect((await post(pod)).status).toBe(201);
  const confirmed = await txidOf(pod);
  await waitFor('the position of the replica', async () => last(told) === confirmed);

  cluster.link(pod).pause();
  expect((await post(pod)).status).toBe(504);
  expect(await txidOf(pod)).not.toBe(confirmed);
  expect(last(told)).toBe(confirmed);

  cluster.link(pod).resume();
  await waitFor('the replica to have it', async () => last(told) === (await txidOf(pod)));
  const [replica] = others;
  const byReplica = listen(replica as LitefsPod);
  await waitFor('a line of the replica', async () => byReplica.length > 0);
  expect(byReplica).toEqual(['{}']);
});

test('a new primary first tells the lease the position that it was promoted at', async () => {
  await start({ ACK_REPLICAS: '1' });
  const { pod } = await cluster.primary();
  expect((await post(pod)).status).toBe(201);
  await cluster.level();
  await pod.kill();
  cluster.link(pod).cut();
  const { pod: successor } = await cluster.primary();
  const told = listen(successor);
  await waitFor('its first line', async () => last(told) === (await txidOf(successor)));
});

test('where writes are acknowledged without replicas, the lease is told no position', async () => {
  await start({ ACK_REPLICAS: '0' });
  const { pod } = await cluster.primary();
  const told = listen(pod);
  expect((await post(pod)).status).toBe(201);
  await waitFor('a line', async () => told.length > 0);
  expect(told).toEqual(['{}']);
});
