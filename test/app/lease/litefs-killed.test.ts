import { slow } from '../../lib/slow.ts';
import { waitFor } from '../../lib/wait-for.ts';
import { LeaseCluster } from './rig/lease-cluster.ts';
import type { LeasePod } from './rig/lease-pod.ts';
import { TIMEOUTS } from './rig/timeouts.ts';

const KILLS = 3;
const cluster = new LeaseCluster();
/** How long writes may be without a primary: three leases. It is about one on an idle machine (`npm run bench:failover`). */
const FAILOVER_MS = 3 * cluster.leaseSeconds * 1_000 * slow;
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);
jest.setTimeout(TIMEOUTS.TEST);

test.each<[string, (pod: LeasePod) => Promise<unknown>, (pod: LeasePod) => void]>([
  ['a LiteFS', (pod) => pod.killLitefs(), (pod) => pod.startLitefs()],
  [
    'a whole pod',
    (pod) => Promise.all([pod.killLitefs(), pod.sidecar.end('SIGKILL')]),
    (pod) => {
      pod.startSidecar();
      pod.startLitefs();
    },
  ],
])(`%s that is killed is replaced in time, ${KILLS} times, and takes part again`, async (_what, kill, start) => {
  for (let round = 0; round < KILLS; round++) {
    const killed = await cluster.primary();
    const before = await cluster.lease();
    await kill(killed);
    const began = performance.now();
    await cluster.write();
    expect(performance.now() - began).toBeLessThan(FAILOVER_MS);
    expect(await cluster.primaries()).not.toContain(killed);
    expect((await cluster.lease()).spec.leaseTransitions).toBeGreaterThan(before.spec.leaseTransitions);
    start(killed);
    await cluster.settled();
  }
});

test('a sidecar that is killed and started again serves its LiteFS from what the Lease says', async () => {
  const killed = await cluster.primary();
  const before = await cluster.lease();
  await killed.sidecar.end('SIGKILL');
  killed.startSidecar();
  await cluster.settled();
  const after = await cluster.lease();
  expect(after.spec.leaseTransitions).toBeGreaterThanOrEqual(before.spec.leaseTransitions);
  expect(after.metadata.annotations['liteset.dev/cluster-id']).toBe(
    before.metadata.annotations['liteset.dev/cluster-id'],
  );
  await waitFor('its status', async () => (await killed.status('/metrics')).includes('liteset_lease_epoch'));
});
