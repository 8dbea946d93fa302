import type { RequestListener } from 'node:http';
import { waitFor } from '../../../lib/wait-for.ts';
import { FakeCluster } from '../rig/fake-cluster.ts';

/** A pod whose LiteFS knows no primary, and another pod, at 127.0.0.4, that can be asked. */
const cluster = new FakeCluster({ primaryWaitMs: 5_000, readWaitMs: 300 }, { PEERS: '127.0.0.4' });
beforeAll(() => cluster.start());
beforeEach(() => cluster.loseThePrimary());
afterEach(() => cluster.closePrimary());
afterAll(() => cluster.stop());
const post = () => fetch(`${cluster.url}/rows`, { method: 'POST', body: 'x' });
/** Says who it is, and takes writes. */
const pod = (role: 'primary' | 'replica', written: string[]): RequestListener => {
  const status = { pod: 'pod-0', role, primary: null, position: '0'.repeat(16), connected: true };
  return (req, res) => {
    if (req.url === '/liteset/status') return void res.end(JSON.stringify(status));
    written.push(String(req.headers['liteset-forwarded']));
    res.writeHead(201).end();
  };
};

test('a write that waits for a primary goes to the pod that says it is one', async () => {
  const written: string[] = [];
  await cluster.primary(pod('primary', written));
  expect([(await post()).status, (await post()).status]).toEqual([201, 201]);
  expect(written).toEqual(['pod-1', 'pod-1']);
  expect((await cluster.status()).primary).toBe('pod-0');
});

test('what LiteFS says counts again, before what pods say, as soon as it follows somebody', async () => {
  await cluster.primary(pod('primary', []));
  await post();
  cluster.litefs.lead({ isPrimary: false, hostname: 'pod-7.pods' });
  await waitFor('LiteFS to be believed', async () => (await cluster.status()).primary === 'pod-7.pods');
});

test('a replica is not taken for the primary', async () => {
  const written: string[] = [];
  await cluster.primary(pod('replica', written));
  expect([(await post()).status, written]).toEqual([503, []]);
});
