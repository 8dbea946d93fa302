import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../../lib/free-port.ts';
import { slow } from '../../../lib/slow.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { type ServicePod, startPod, stopPod } from '../rig/litefs-service.ts';
import { temporaryFolder } from '../rig/service.ts';

/** How long the locks are held that stop readers, as by the import of a large file, and how long nothing may take, in milliseconds. */
const HELD_MS = 3_000 * slow;
let child: ChildProcess | undefined;
let url = '';
let litefs = '';

beforeAll(async () => {
  const [port, litefsPort] = [await freePort(), await freePort()];
  const address = '127.0.0.6';
  const pod: ServicePod = {
    ...{ name: 'pod-0', host: address, primaryHost: address, port, primaryPort: port, litefsPort },
    ...{ folder: join(temporaryFolder(), 'pod'), sampleInvoices: 10, env: { READ_CACHE_BYTES: '0' } },
  };
  child = await startPod(pod);
  url = `http://127.0.0.1:${port}`;
  litefs = `http://${address}:${litefsPort}`;
}, TIMEOUTS.LITEFS);
afterAll(async () => {
  if (child) await stopPod(child);
}, TIMEOUTS.LITEFS);

const halt = async (method: string): Promise<void> => {
  const answer = await fetch(`${litefs}/halt?name=invoices.db&id=7`, { method });
  if (!answer.ok) throw new Error(`${method} /halt: ${answer.status} ${await answer.text()}`);
};
const status = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).status;
const write = () => {
  const body = JSON.stringify({ customerId: 1, lines: [{ trackId: 1, quantity: 1 }] });
  return status('/api/invoices', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
};

test(
  'reads are refused at once, also the first, and a write waits where it holds up nobody',
  async () => {
    await halt('POST');
    const writing = write();
    let longest = 0;
    for (const end = performance.now() + HELD_MS; performance.now() < end; ) {
      for (const [path, expected] of [
        ['/api/invoices/1', 503],
        ['/readyz', 503],
        ['/livez', 200],
      ] as const) {
        const began = performance.now();
        expect(await status(path)).toBe(expected);
        longest = Math.max(longest, performance.now() - began);
      }
    }
    // SQLite would have tried for ten seconds, or for as long as the locks are held.
    expect(longest).toBeLessThan(HELD_MS);
    await halt('DELETE');
    expect(await writing).toBe(201);
    await waitFor('reads to be answered again', async () => (await status('/api/invoices/1')) === 200);
    expect(await write()).toBe(201);
  },
  TIMEOUTS.STORY,
);
