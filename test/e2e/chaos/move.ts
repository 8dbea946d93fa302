import { longestGap, summary } from '../../lib/load/gaps.ts';
import { noWriteFailed } from '../assertions/traffic.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { primary, replicas } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { type Timeout, timeout } from '../cluster/timeouts.ts';
import { until } from '../cluster/until.ts';
import { underChaos } from './judge.ts';

/** Many primaries in a row make one history. */
export function moveStories(release: Release, count: number, limit: Timeout): void {
  story(
    `${count} primaries in a row by switchover: no write fails, and all pods end with the same copy`,
    release,
    async (step) => {
      const gaps: number[] = [];
      const history = await underChaos(release, step, `${count} switchovers`, async (load) => {
        for (let i = 0; i < count; i++) {
          const began = performance.now();
          await step(`switchover ${i}`, () => switchover(release, i));
          await load.acknowledges();
          gaps.push(longestGap(load.history, began));
        }
      });
      process.stderr.write(`  write gaps of switchovers: ${summary(gaps)}\n`);
      expect(Math.max(...gaps)).toBeLessThan(timeout('SWITCHOVER'));
      noWriteFailed(history);
    },
    limit,
  );
}

/** Switches over to one of the replicas, in turns. */
export async function switchover(release: Release, turn: number): Promise<void> {
  const others = await replicas(release);
  await switchoverTo(release, others[turn % others.length] ?? '');
}

/** Switches over to a pod, with the command that the documents give. */
export async function switchoverTo(release: Release, to: string): Promise<void> {
  const from = await primary(release);
  await until('two replicas to report', 'REPLICATED', async () => (await replicasOf(release, from)) === 2);
  await kubectl(['-n', release.namespace, 'exec', from, '-c', 'app', '--', 'liteset-switchover', to]);
  await until(`${to} to be the primary`, 'NEW_PRIMARY', async () => (await primary(release)) === to);
}

/** How many replicas report to a primary: only to one of those can it switch over. */
async function replicasOf({ namespace }: Release, pod: string): Promise<number> {
  const metrics = await kubectl(['get', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}:9091/proxy/metrics`]);
  return Number(/^liteset_connected_replicas (\d+)$/m.exec(metrics)?.[1]);
}
