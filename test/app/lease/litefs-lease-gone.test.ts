import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../lib/wait-for.ts';
import { LeaseCluster } from './rig/lease-cluster.ts';
import type { LeasePod } from './rig/lease-pod.ts';
import { TIMEOUTS } from './rig/timeouts.ts';

const cluster = new LeaseCluster({ withoutLease: true });
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);
jest.setTimeout(TIMEOUTS.TEST);

/** How long the API server takes for an answer, in milliseconds: with a lease of 5 s, a write to the Lease has 800. */
const SLOW_MS = 900;

/** What the Lease says of the primary, without what each renewal changes. */
const held = async () => {
  const { metadata, spec } = await cluster.lease();
  const { 'liteset.dev/session': session, 'liteset.dev/cluster-id': id } = metadata.annotations ?? {};
  return { holder: spec?.holderIdentity, epoch: spec?.leaseTransitions, session, id };
};

test('where nobody makes the Lease, the pods do', async () => {
  expect(await held()).toMatchObject({ holder: expect.stringMatching(/^pod-/), epoch: 1 });
});

test.each([
  ['deleted', () => cluster.deleteLease()],
  ['emptied by kubectl replace', () => cluster.emptyLease()],
  ['given to nobody', () => cluster.editLease({ spec: { holderIdentity: null } })],
  ['given to somebody', () => cluster.editLease({ spec: { holderIdentity: 'somebody' } })],
  [
    'edited',
    () => cluster.editLease({ metadata: { annotations: { 'liteset.dev/cluster-id': 'LFSC0123456789ABCDEF' } } }),
  ],
])('a Lease that is %s is mended by the primary, which goes on without a pause', async (_how, meddle) => {
  await cluster.settled();
  const [primary, before] = [await cluster.primary(), await held()];
  await meddle();
  const refused: string[] = [];
  for (let index = 0; index < 60; index++, await delay(100))
    if (!(await primary.write(`${_how} ${index}`))) refused.push(`${_how} ${index}`);
  expect(refused).toEqual([]);
  expect(await held()).toEqual(before);
  expect((await cluster.primary()).name).toBe(primary.name);
});

test('an API server that is too slow for the lease stops writes, and no pod takes the role from another', async () => {
  await cluster.settled();
  const [primary, row] = [await cluster.primary(), await cluster.write()];
  const seen = new Set<LeasePod>();
  for (const { link } of cluster.pods) link.delayAnswers(SLOW_MS);
  for (let index = 0; index < 60; index++, await delay(250)) for (const pod of await cluster.primaries()) seen.add(pod);
  expect([...seen].map(({ name }) => name)).toEqual([primary.name]);
  expect(await cluster.primaries()).toEqual([]);
  for (const { link } of cluster.pods) link.delayAnswers(0);
  await cluster.settled();
  expect(await (await cluster.primary()).rows()).toContain(row);
  expect(primary.sidecar.output).toMatch(/the API server is slow: no answer in \d+ ms/);
});

test('whatever stands in the Lease, a pod that starts follows the primary, and another one takes over', async () => {
  const garbage = Object.fromEntries(
    ['primary', 'primary-address', 'primary-pod', 'positions', 'cluster-id', 'session'].map((name) => [
      `liteset.dev/${name}`,
      '{"__proto__": [1]',
    ]),
  );
  const first = await cluster.primary();
  const others = cluster.pods.filter((pod) => pod !== first);
  const [replica] = others as [LeasePod];
  await replica.stopLitefs();
  await cluster.editLease({ metadata: { annotations: garbage } });
  replica.startLitefs();
  await cluster.settled();
  await first.killLitefs();
  await first.sidecar.end('SIGKILL');
  await cluster.editLease({ metadata: { annotations: garbage }, spec: { leaseTransitions: 2 ** 31 - 1 } });
  await cluster.write(others);
  expect((await cluster.lease()).spec.leaseTransitions).toBeLessThan(2 ** 31 - 1);
  first.startSidecar();
  first.startLitefs();
  await cluster.settled();
});

test('a Lease that others have filled to the last byte does not keep a pod from what it has to write', async () => {
  const annotations = Object.entries((await cluster.lease()).metadata.annotations);
  const room = 256 * 1024 - annotations.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  const filling = 'example.com/filling';
  await cluster.editLease({ metadata: { annotations: { [filling]: 'x'.repeat(room - filling.length) } } });
  const primary = await cluster.primary();
  primary.makeDatabase('one-more');
  const noted = async () => (await cluster.lease()).metadata.annotations['liteset.dev/positions'] ?? '';
  await waitFor('its position in the Lease', async () => (await noted()).includes('"one-more":'), TIMEOUTS.PRIMARY);
  expect((await cluster.primary()).name).toBe(primary.name);
});

test('a database may be called like a member of every object', async () => {
  const primary = await cluster.primary();
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) primary.makeDatabase(name);
  await cluster.settled();
  for (const pod of cluster.pods) expect(pod.sidecar.output).not.toMatch(/TypeError|Node\.js v/);
  const noted = async () => (await cluster.lease()).metadata.annotations['liteset.dev/positions'] ?? '';
  await waitFor('their positions in the Lease', async () => (await noted()).includes('"__proto__":'), TIMEOUTS.PRIMARY);
  await primary.killLitefs();
  await cluster.write();
  primary.startLitefs();
  await cluster.settled();
});

test('of pods whose Lease was thrown away, a stale one that is alone waits for the others', async () => {
  const first = await cluster.primary();
  const [stale, fresh] = cluster.pods.filter((pod) => pod !== first) as [LeasePod, LeasePod];
  await stale.killLitefs();
  const missed = await cluster.write();
  await waitFor('the row', async () => (await fresh.rows()).includes(missed));
  await Promise.all([first, fresh].map((pod) => pod.killLitefs()));
  await Promise.all(cluster.pods.map((pod) => pod.sidecar.end('SIGKILL')));
  await cluster.deleteLease();
  stale.startSidecar();
  stale.startLitefs();
  const isRefused = async () =>
    /the Lease is new, and a pod that does not answer may have more/.test(stale.sidecar.output);
  await waitFor('the refusal', isRefused, TIMEOUTS.PRIMARY);
  for (const pod of [first, fresh]) {
    pod.startSidecar();
    pod.startLitefs();
  }
  await cluster.settled();
  expect(await stale.rows()).toContain(missed);
});
