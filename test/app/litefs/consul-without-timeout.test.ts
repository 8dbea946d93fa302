import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../lib/wait-for.ts';
import { ConsulStandIn } from '../liteset/rig/consul-stand-in.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { LitefsNode } from './rig/litefs-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'liteset-'));
const consul = new ConsulStandIn();
let node: LitefsNode;
const isPrimary = async (): Promise<boolean> =>
  ((await (await fetch(`${node.url}/info`)).json()) as { isPrimary: boolean }).isPrimary;

beforeAll(async () => {
  const url = await consul.listen();
  node = await LitefsNode.startWith(folder, { consul: { url, key: 'test', ttl: '3s' } });
}, TIMEOUTS.LITEFS);
afterAll(async () => {
  consul.silent = false;
  await node?.stop();
  consul.close();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

test(
  'a primary whose Consul falls silent steps down when its lease is over, and is primary again when Consul answers',
  async () => {
    await waitFor('it to be the primary', isPrimary);
    consul.silent = true;
    await waitFor('it to step down', async () => !(await isPrimary()));
    // It gives its lease back now, and waits for the answer to that, too.
    consul.silent = false;
    await waitFor('it to be the primary', isPrimary, TIMEOUTS.LITEFS);
  },
  TIMEOUTS.STORY,
);

test(
  'a primary that waited long for its lease keeps it at its first renewal',
  async () => {
    // With the half of the time to live after which LiteFS renews, this is longer than the time to live.
    consul.acquiringMs = 2_000;
    consul.expireAll();
    await waitFor('it to step down', async () => !(await isPrimary()));
    const { acquired, renewed } = consul.count;
    await waitFor('two renewals', async () => consul.count.renewed >= renewed + 2, TIMEOUTS.LITEFS);
    expect(await isPrimary()).toBe(true);
    expect(consul.count.acquired).toBeLessThanOrEqual(acquired + 1);
  },
  TIMEOUTS.STORY,
);
