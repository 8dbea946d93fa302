import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import type { LitefsPod } from '../rig/litefs-pod.ts';
import { MovableCluster, result } from '../rig/movable-cluster.ts';

let cluster: MovableCluster;
afterEach(() => cluster.stop(), TIMEOUTS.LITEFS);
jest.setTimeout(TIMEOUTS.STORY);

/** More pages than the 4,062 that the first block of SQLite's WAL index has room for. */
const LARGE = 'x'.repeat(18_000_000);
const write = async (pod: LitefsPod, body: string) => (await fetch(`${pod.url}/rows`, { method: 'POST', body })).status;

/** A pod that was the primary, then a replica, is the primary again, and writes a second large transaction. */
async function secondLargeTransaction(env: Record<string, string>): Promise<number> {
  cluster = new MovableCluster();
  await cluster.start(2, { SWITCHOVER_MS: '14000', ...env });
  const { pod: first, others } = await cluster.primary();
  const [second] = others as [LitefsPod];
  expect(await write(first, LARGE)).toBe(201);
  await result(await cluster.switchover(first));
  await cluster.settled(1);
  expect(await write(second, 'small')).toBe(201);
  await cluster.level();
  await result(await cluster.switchover(second));
  await cluster.settled(1);
  return write(first, LARGE);
}

/** LiteFS cuts the WAL index to one block on a replica. Who still has the second one mapped dies of SIGBUS when it writes there. */
test.each(['false', 'true'])(
  'a pod that is the primary again survives its second large transaction, with a thread that writes: %s',
  async (thread) => {
    expect(await secondLargeTransaction({ WRITER_THREAD: thread })).toBe(201);
  },
);

test('it dies of SIGBUS at its second large transaction if the thread keeps its connection over the switchover', async () => {
  await expect(secondLargeTransaction({ WRITER_THREAD: 'true', REOPEN: 'false' })).rejects.toThrow('fetch failed');
  await waitFor('the process to have ended by a signal', async () =>
    /error code -1,/.test(cluster.pods[0]?.output ?? ''),
  );
});
