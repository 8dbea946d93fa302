import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problems } from '../../../../app/liteset/problem/types.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { counters, MovableCluster } from '../rig/movable-cluster.ts';

/** What each pod takes for its volume: a small one, whose reserve is a tenth. */
const volumes = mkdtempSync(join(tmpdir(), 'liteset-volumes-'));
const PODS = ['pod-0', 'pod-1'];
const cluster = new MovableCluster();

beforeAll(() => {
  for (const pod of PODS) {
    mkdirSync(join(volumes, pod));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', join(volumes, pod)]);
  }
  return cluster.start(2, { VOLUMES: volumes });
}, TIMEOUTS.LITEFS);
afterAll(async () => {
  await cluster.stop();
  for (const pod of PODS) execFileSync('umount', ['--lazy', join(volumes, pod)]);
  rmSync(volumes, { recursive: true });
}, TIMEOUTS.LITEFS);

const ballast = (pod: string) => join(volumes, pod, 'ballast');
const fill = (pod: string) => writeFileSync(ballast(pod), Buffer.alloc(19 * 2 ** 20));
const write = () => fetch(`${cluster.pods[1]?.url}/rows`, { method: 'POST', body: 'a row' });

test(
  'a primary that is short of room hands over to a pod that has some, without refusing a write',
  async () => {
    const [first, second] = cluster.pods;
    expect((await cluster.settled(1)).pod).toBe(first);
    fill('pod-0');
    const statuses = new Set<number>();
    const moved = async () => {
      statuses.add((await write()).status);
      return (await cluster.primary()).pod === second;
    };
    await waitFor('the other pod to be the primary', moved);
    for (let i = 0; i < 20; i++) statuses.add((await write()).status);
    expect([...statuses]).toEqual([201]);
    expect((await counters(second as { url: string })).volumeRefused).toBe(0);
  },
  TIMEOUTS.LITEFS,
);

test(
  'while all pods are short, writes get 507 and the primary stays; one that gets room takes over',
  async () => {
    const { pod, others } = await cluster.settled(1);
    fill('pod-1');
    await waitFor('a refusal', async () => (await write()).status === 507);
    expect(await (await write()).json()).toMatchObject({ type: problems.diskFull.type });
    expect((await cluster.settled(1)).pod).toBe(pod);
    rmSync(ballast('pod-0'));
    await waitFor('a write', async () => (await write()).status === 201);
    expect((await cluster.primary()).pod).toBe(others[0]);
  },
  TIMEOUTS.LITEFS,
);
