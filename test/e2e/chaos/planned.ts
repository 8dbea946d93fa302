import { longestGap, summary } from '../../lib/load/gaps.ts';
import { noWriteFailed } from '../assertions/traffic.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { deletePod, podsReady, primary } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { rolledOut } from '../cluster/rollout.ts';
import { story } from '../cluster/story.ts';
import { type Timeout, timeout } from '../cluster/timeouts.ts';
import { underChaos } from './judge.ts';
import { lonePrimary, primaryPod } from './lookup.ts';

/** What takes the primary away in order. */
const plans = {
  'delete pod': async (release: Release) => deletePod(release, await primary(release)),
  'rollout restart': async (release: Release) => {
    const { name, namespace } = release;
    await kubectl(['-n', namespace, 'rollout', 'restart', `statefulset/${name}`]);
    await rolledOut(release);
  },
  drain,
} satisfies Record<string, (release: Release) => Promise<unknown>>;

/**
 * Drains the node of the primary and lets it take pods again. It is alone there: the budget of disruptions lets one pod go
 * at a time, and a second one would have to wait for the first, whose volume is on this node.
 */
async function drain(release: Release): Promise<void> {
  const { nodeName } = (await lonePrimary(release)).spec;
  const selector = `--pod-selector=app.kubernetes.io/instance=${release.name}`;
  try {
    await kubectl(['drain', nodeName, '--ignore-daemonsets', '--delete-emptydir-data', selector, '--timeout=120s'], {
      limit: 'STORY',
    });
    expect((await primaryPod(release)).spec.nodeName).not.toBe(nodeName);
  } finally {
    await kubectl(['uncordon', nodeName]);
  }
}

/** `kubectl delete pod` and the like take the primary away, and fail no write. */
export function plannedStory(release: Release, what: keyof typeof plans, rounds: number, limit: Timeout): void {
  story(
    `kubectl ${what} takes the primary away, ${rounds} times: no write fails, none is lost or done twice`,
    release,
    async (step) => {
      const gaps: number[] = [];
      const history = await underChaos(release, step, what, async (load) => {
        for (let round = 0; round < rounds; round++) {
          const began = performance.now();
          await step<unknown>(`round ${round}`, () => plans[what](release));
          await podsReady(release, 3);
          await load.acknowledges();
          gaps.push(longestGap(load.history, began));
        }
      });
      process.stderr.write(`  write gaps of ${what}: ${summary(gaps)}\n`);
      expect(Math.max(...gaps)).toBeLessThan(timeout('SWITCHOVER'));
      noWriteFailed(history);
    },
    limit,
  );
}
