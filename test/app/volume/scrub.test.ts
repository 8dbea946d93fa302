import { waitFor } from '../../lib/wait-for.ts';
import { LeaseCluster } from '../lease/rig/lease-cluster.ts';
import type { LeasePod } from '../lease/rig/lease-pod.ts';
import { TIMEOUTS } from '../lease/rig/timeouts.ts';
import { flipBit } from './rig/flip-bit.ts';

const cluster = new LeaseCluster({ scrubRate: 2 ** 24 });
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);
jest.setTimeout(TIMEOUTS.TEST);

/** What the pod says from now on. */
function saidSince(pod: LeasePod): () => string {
  const before = pod.litefs.output.length;
  return () => pod.litefs.output.slice(before);
}

/** Does what Kubernetes does when LiteFS has ended: the container starts again. */
async function restarted(pod: LeasePod, said: () => string): Promise<void> {
  await waitFor('LiteFS to end', () => !pod.litefs.runs, TIMEOUTS.PRIMARY).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${said()}`);
  });
  pod.startLitefs();
}

let rows = 0;
/** All pods have equal rows, in a database of some more pages than before. */
async function settledRows(): Promise<void> {
  const primary = await cluster.primary();
  for (const end = rows + 20; rows < end; rows++)
    await waitFor('a write', () => primary.write(`${rows} ${'x'.repeat(2_000)}`), TIMEOUTS.PRIMARY);
  await cluster.settled();
}

test.each(['replica', 'primary'])('a bit that flips under a running %s is found, and the pod heals', async (role) => {
  await settledRows();
  const primary = await cluster.primary();
  const pod = role === 'primary' ? primary : (cluster.pods.find((one) => one !== primary) as LeasePod);
  const said = saidSince(pod);
  flipBit(pod.data);
  await restarted(pod, said);
  const events = said();
  expect(events).toMatch(/VolumeDamaged: test\.db on the volume of pod-\d is damaged: at TXID \w+ it has the checksum/);
  expect(events.includes('another pod is the primary now')).toBe(role === 'primary');
  await waitFor('the damaged database to be replaced', () => /Volume(Mended|MovedAside): /.test(said()));
  await cluster.settled();
  expect(await pod.status('/metrics')).toMatch(/liteset_volume_faults_total\{reason="VolumeDamaged"\} \d/);
});

test('the only copy is reported, and left where it is', async () => {
  await settledRows();
  const primary = await cluster.primary();
  const others = cluster.pods.filter((one) => one !== primary);
  await Promise.all(others.map((pod) => pod.killLitefs()));
  const said = saidSince(primary);
  flipBit(primary.data);
  await waitFor('the reason', () =>
    /this pod is the primary, and cannot hand over: No replica has taken over\./.test(said()),
  );
  expect(primary.litefs.runs).toBe(true);
  expect((await primary.rows()).length).toBeGreaterThan(rows);
  for (const pod of others) pod.startLitefs();
  await restarted(primary, said);
  await cluster.settled();
});
