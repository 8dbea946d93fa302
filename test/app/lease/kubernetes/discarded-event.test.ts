import { waitFor } from '../../../lib/wait-for.ts';
import { LeaseCluster } from '../rig/lease-cluster.ts';
import { PORTS } from '../rig/lease-pod-config.ts';
import { TIMEOUTS } from '../rig/timeouts.ts';

const cluster = new LeaseCluster();
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);
jest.setTimeout(TIMEOUTS.TEST);

const EVENTS = '/api/v1/namespaces/default/events';

interface Events {
  readonly items: readonly { readonly reason: string; readonly message: string; readonly involvedObject: object }[];
}
const events = async () =>
  (JSON.parse((await cluster.api.call('GET', `${EVENTS}?fieldSelector=involvedObject.kind=Pod`)).body) as Events).items;
const say = async (body: unknown, path = '/discarded') => {
  const [pod] = cluster.pods;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (await fetch(`http://${pod?.host}:${PORTS.consul}${path}`, { method: 'POST', body: text })).status;
};

test('what was discarded becomes an Event of the pod, also when the API server answers only later', async () => {
  const [pod] = cluster.pods;
  const [first, last] = ['a'.padStart(16, '0'), 'b'.padStart(16, '0')];
  pod?.link.pause();
  expect(await say({ count: 2, first, last })).toBe(202);
  pod?.link.resume();
  await waitFor('the Event', async () => (await events()).length > 0, TIMEOUTS.PRIMARY);
  const [event] = await events();
  expect(event).toMatchObject({
    reason: 'TransactionsDiscarded',
    involvedObject: { kind: 'Pod', name: pod?.name, uid: pod?.uid },
  });
  expect(await events()).toHaveLength(1);
  expect(event?.message).toContain(`2 transactions of this pod, TXID ${first} to ${last},`);
});

test.each(['', 'nothing', { count: 0, first: '', last: '' }])('%j is refused', async (body) => {
  const before = (await events()).length;
  expect(await say(body)).toBe(400);
  expect(await events()).toHaveLength(before);
});

test('a fault of the volume becomes an Event of the pod, and is counted', async () => {
  const [pod] = cluster.pods;
  expect(await say({ reason: 'VolumeWaits', message: 'x'.repeat(2_000) }, '/volume')).toBe(202);
  const found = async () => (await events()).find(({ reason }) => reason === 'VolumeWaits');
  const { message } = await waitFor('the Event', found, TIMEOUTS.PRIMARY);
  expect(message).toBe('x'.repeat(1_024));
  expect(await pod?.status('/metrics')).toContain('liteset_volume_faults_total{reason="VolumeWaits"} 1');
  expect(await say({ reason: 'Other', message: '' }, '/volume')).toBe(400);
});
