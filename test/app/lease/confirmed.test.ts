import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '../../lib/wait-for.ts';
import { LeaseCluster } from './rig/lease-cluster.ts';
import { TIMEOUTS } from './rig/timeouts.ts';

/** Stands for an application whose replicas have nothing after the first transaction. */
const CONFIRMED = JSON.stringify({ 'test.db': `${'1'.padStart(16, '0')}/${'c'.repeat(16)}` });
let isThere = true;
const application = createServer((_req, res) => {
  if (isThere) res.write(`${CONFIRMED}\n`);
  else res.writeHead(503).end();
});
let cluster: LeaseCluster;
jest.setTimeout(TIMEOUTS.TEST);
beforeAll(async () => {
  await once(application.listen(0, '127.0.0.1'), 'listening');
  const { port } = application.address() as AddressInfo;
  cluster = new LeaseCluster({ confirmedUrl: `http://127.0.0.1:${port}/` });
  await cluster.start();
}, TIMEOUTS.START);
afterAll(async () => {
  application.close().closeAllConnections();
  await cluster.stop();
}, TIMEOUTS.STOP);

const noted = async () => (await cluster.lease()).metadata.annotations['liteset.dev/positions'];

test('the Lease notes what replicas have confirmed, not what the primary has written since', async () => {
  for (let i = 0; i < 5; i++) await cluster.write();
  await waitFor('the confirmed position', async () => (await noted()) === CONFIRMED, TIMEOUTS.PRIMARY);
});

test('while the application does not tell, it notes the position of LiteFS', async () => {
  isThere = false;
  application.closeAllConnections();
  await cluster.write();
  await waitFor('the own position', async () => (await noted()) !== CONFIRMED, TIMEOUTS.PRIMARY);
  expect(Number(`0x${/[0-9a-f]{16}/.exec((await noted()) ?? '')?.[0]}`)).toBeGreaterThan(1);
});
