import type { LitefsPod } from './litefs-pod.ts';
import { MovableCluster, result } from './movable-cluster.ts';

const cluster = new MovableCluster();
afterAll(() => cluster.stop(), 60_000);

/** More pages than the 4,062 that the first block of SQLite's WAL index has room for. */
const LARGE = 'x'.repeat(18_000_000);
const write = async (pod: LitefsPod, body: string) => (await fetch(`${pod.url}/rows`, { method: 'POST', body })).status;

/** LiteFS cuts the WAL index to one block on a replica. Who still has the second one mapped dies of SIGBUS when it writes there. */
test('a pod that was the primary, then a replica, and is the primary again survives a second large transaction', async () => {
  await cluster.start(2, { HAND_OVER_MS: '14000' });
  const { pod: first, others } = await cluster.primary();
  const [second] = others as [LitefsPod];
  expect(await write(first, LARGE)).toBe(201);
  await result(await cluster.handOver(first));
  await cluster.settled(1);
  expect(await write(second, 'small')).toBe(201);
  await cluster.level();
  await result(await cluster.handOver(second));
  await cluster.settled(1);
  expect(await write(first, LARGE)).toBe(201);
}, 180_000);
