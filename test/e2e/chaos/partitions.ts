import type { Load } from '../../lib/load/load.ts';
import { whilePaused } from '../cluster/nodes.ts';
import { pods, podsReady, primary } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { type Step, story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { underChaos } from './judge.ts';
import { lonePrimary, primaryPod } from './lookup.ts';
import { cuts, dns, dropping } from './network.ts';

/** Another pod takes over while the primary is cut off, frozen or without the API server, and the two never both acknowledge. */
export function partitionStories(release: Release, which: readonly Exclude<keyof typeof cuts, 'replicas'>[]): void {
  for (const name of which) {
    story(`packets dropped at the primary (${name}): nothing is lost, never two primaries`, release, async (step) => {
      const pod = await primaryPod(release);
      await underChaos(release, step, `dropped: ${name}`, async (load) => {
        await dropping(pod, cuts[name], () => takenOver(release, step, load, pod.metadata.name));
        await step('three pods are Ready', () => podsReady(release, 3));
      });
    });
  }
}

/** A primary keeps the lease as long as it reaches the API server. Without replicas it takes no write that it could lose. */
export function replicasCutStory(release: Release): void {
  story(
    'a primary that no replica reaches refuses writes until one does, and nothing is lost',
    release,
    async (step) => {
      const pod = await primaryPod(release);
      await underChaos(release, step, 'dropped: replicas', async (load) => {
        await dropping(pod, cuts.replicas, () =>
          step('writes are refused', () =>
            until('writes to be refused', 'NEW_PRIMARY', () => load.history.writes('refused').length > 2),
          ),
        );
        await step('writes go on', () => load.acknowledges());
        expect(await primary(release)).toBe(pod.metadata.name);
      });
    },
  );
}

/** DNS may have gone with the node that is to be replaced. */
export function withoutDnsStory(release: Release): void {
  story('while no pod gets an answer from DNS, another primary is found and followed', release, async (step) => {
    const old = await primaryPod(release);
    await underChaos(release, step, 'no DNS', async (load) => {
      const cutOff = () => dropping(old, cuts.apiServer, () => takenOver(release, step, load, old.metadata.name));
      await (await pods(release)).reduce((work, pod) => () => dropping(pod, dns, work), cutOff)();
      await step('three pods are Ready', () => podsReady(release, 3));
    });
  });
}

/** The same as for dropped packets for a node that is frozen and goes on in the middle of what it did. */
export function frozenNodeStory(release: Release): void {
  story(
    'the node of the primary is frozen and goes on: nothing is lost, never two primaries',
    release,
    async (step) => {
      const { metadata, spec } = await step('a pod that is alone on its node is the primary', () =>
        lonePrimary(release),
      );
      await underChaos(release, step, 'node frozen', async (load) => {
        await whilePaused(spec.nodeName, () => takenOver(release, step, load, metadata.name));
        await step('three pods are Ready', () => podsReady(release, 3));
      });
    },
  );
}

/** Waits until another pod is the primary and acknowledges writes. */
export async function takenOver(release: Release, step: Step, load: Load, old: string): Promise<void> {
  await step('another pod is the primary', () =>
    until('another primary', 'FAILOVER', async () => (await primary(release)) !== old),
  );
  await step('it acknowledges writes', () => load.acknowledges());
}
