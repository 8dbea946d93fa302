import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../lib/wait-for.ts';
import { result } from '../liteset/rig/movable-cluster.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { clients, expectAll } from './rig/clients.ts';
import { ProxyCluster } from './rig/proxy-cluster.ts';

/** The application ends at once when it is told to, and writes all the time by itself, into a database of its own. */
const cluster = new ProxyCluster();
const folder = mkdtempSync(join(tmpdir(), 'liteset-ticks-'));
const TICKS = join(folder, 'ticks');

beforeAll(() => cluster.startProxies(3, { RUDE: 'yes', TICKS }), TIMEOUTS.LITEFS);
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
}, TIMEOUTS.LITEFS);

test(
  'when the role moves, no request of an application without manners fails, and nothing is lost that it wrote by itself',
  async () => {
    const writing = clients('rude', cluster.pods);
    for (let round = 0; round < 4; round++) {
      const { pod } = await cluster.settled(2);
      const before = writing.count;
      await waitFor('some requests', () => writing.count > before + 20);
      await result(await cluster.switchover(pod));
    }
    const { pod } = await cluster.settled(2);
    await cluster.serves();
    const outcome = await writing.end();
    const noted = readFileSync(TICKS, 'utf8').trim().split('\n');
    await expectAll(outcome, `${pod.url}/rows`);
    const ticks = new Set((await (await fetch(`${pod.url}/ticks`)).json()) as string[]);
    expect(noted.length).toBeGreaterThan(100);
    expect(noted.filter((text) => !ticks.has(text))).toEqual([]);
  },
  TIMEOUTS.STORY,
);
