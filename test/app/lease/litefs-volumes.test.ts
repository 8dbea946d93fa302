import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../lib/wait-for.ts';
import { LeaseCluster } from './rig/lease-cluster.ts';
import type { LeasePod } from './rig/lease-pod.ts';
import { TIMEOUTS } from './rig/timeouts.ts';

const cluster = new LeaseCluster();
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);
jest.setTimeout(TIMEOUTS.TEST);

/** The primary and the two others. */
const roles = async () => {
  const first = await cluster.primary();
  const [second, third] = cluster.pods.filter((pod) => pod !== first) as [LeasePod, LeasePod];
  return { first, second, third };
};

test('a pod that missed transactions does not win while it is alone, and one that has them does at once', async () => {
  const { first, second: stale, third: fresh } = await roles();
  await stale.killLitefs();
  const missed = await cluster.write();
  await waitFor('the row', async () => (await fresh.rows()).includes(missed));
  await Promise.all([first.killLitefs(), fresh.killLitefs()]);
  stale.startLitefs();
  const isRefused = async () => /behind the last position of/.test(stale.sidecar.output);
  await waitFor('the refusal', isRefused, TIMEOUTS.PRIMARY);
  expect(await cluster.primaries()).toEqual([]);
  fresh.startLitefs();
  expect(await cluster.primary()).toBe(fresh);
  first.startLitefs();
  await cluster.settled();
  expect(await stale.rows()).toContain(missed);
});

test('a pod with an empty volume never wins, not even alone and after the grace', async () => {
  const { first, second: emptied, third: other } = await roles();
  await Promise.all([emptied.killLitefs(), other.killLitefs()]);
  await first.stopLitefs();
  emptied.wipe();
  emptied.startLitefs();
  // That something does not happen can only be waited for.
  await delay((cluster.graceSeconds + cluster.leaseSeconds) * 1_000);
  expect(await cluster.primaries()).toEqual([]);
  expect(emptied.sidecar.output).toContain('this pod is empty, and the cluster had data');
  for (const pod of [first, other]) pod.startLitefs();
  await cluster.settled();
  expect(await emptied.rows()).not.toEqual([]);
});

test('a cluster whose volumes were all filled from a backup has a primary after the grace, and a new identity', async () => {
  const id = async () => (await cluster.lease()).metadata.annotations['liteset.dev/cluster-id'];
  const before = await id();
  const rows = await (await cluster.primary()).rows();
  await Promise.all(cluster.pods.map((pod) => pod.killLitefs()));
  for (const pod of cluster.pods) {
    pod.forgetCluster();
    pod.startLitefs();
  }
  await cluster.settled();
  expect(await id()).not.toBe(before);
  expect((await (await cluster.primary()).rows()).slice(0, rows.length)).toEqual(rows);
});
