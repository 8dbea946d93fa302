import { waitFor } from '../../../lib/wait-for.ts';
import { FakeCluster } from '../rig/fake-cluster.ts';
import { FakeFence } from '../rig/fake-fence.ts';

const fence = new FakeFence();
let cluster: FakeCluster;
beforeAll(async () => {
  cluster = new FakeCluster({ primaryWaitMs: 3_000, readWaitMs: 300 }, { FENCE_URL: await fence.listen() });
  await cluster.start();
});
afterAll(async () => {
  await cluster.stop();
  fence.close();
});
const post = async () => (await fetch(`${cluster.url}/rows`, { method: 'POST', body: 'x' })).status;

test('a primary whose name DNS does not know is reached at the address that the sidecar of the lease tells', async () => {
  const hostname = 'pod-0.pods.invalid';
  cluster.litefs.lead({ isPrimary: false, hostname });
  await waitFor('the pod to follow', async () => (await cluster.status()).primary === hostname);
  await cluster.primary((_req, res) => void res.writeHead(201).end());
  expect(await post()).toBe(503);
  fence.locate({ hostname: 'another', address: '127.0.0.4' });
  expect(await post()).toBe(503);
  fence.locate({ hostname, address: '127.0.0.4' });
  expect(await post()).toBe(201);
});
