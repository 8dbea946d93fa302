import type { LitefsPod } from '../liteset/rig/litefs-pod.ts';
import { MovableCluster, result } from '../liteset/rig/movable-cluster.ts';
import { TIMEOUTS } from '../timeouts.ts';

let cluster: MovableCluster;
afterEach(() => cluster.stop(), TIMEOUTS.LITEFS);
jest.setTimeout(TIMEOUTS.STORY);

/** More pages than the 4,062 that the first block of SQLite's WAL index has room for. */
const LARGE = 'x'.repeat(18_000_000);
const write = async (pod: LitefsPod, body: string) => (await fetch(`${pod.url}/rows`, { method: 'POST', body })).status;

/** The thread that writes keeps its connection all the time, and with it the second block of the WAL index. */
test('a pod that is the primary again survives its second large transaction, on the connection of the first', async () => {
  cluster = new MovableCluster();
  await cluster.start(2, {
    ...{ SWITCHOVER_MS: '14000', WRITER_THREAD: 'true', REOPEN: 'false', MAX_BODY_BYTES: String(LARGE.length) },
  });
  const { pod: first, others } = await cluster.primary();
  const [second] = others as [LitefsPod];
  expect(await write(first, LARGE)).toBe(201);
  await result(await cluster.switchover(first));
  await cluster.settled(1);
  expect(await write(second, 'small')).toBe(201);
  await cluster.level();
  await result(await cluster.switchover(second));
  await cluster.settled(1);
  expect(await write(first, LARGE)).toBe(201);
  await cluster.level();
});
