import { kubectl } from '../cluster/kubectl.ts';
import { onNode, whilePaused } from '../cluster/nodes.ts';
import { podsReady } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import type { Timeout } from '../cluster/timeouts.ts';
import { underChaos } from './judge.ts';
import { lonePrimary } from './lookup.ts';
import { takenOver } from './partitions.ts';

/** The node of the primary goes for good, as far as the cluster knows, and comes back with the old processes on it. */
export function nodeDeletedStory(release: Release, limit: Timeout): void {
  story(
    'the node of the primary is deleted: another pod takes over, nothing is lost, and the pod comes back',
    release,
    async (step) => {
      const { metadata, spec } = await step('a pod that is alone on its node is the primary', () =>
        lonePrimary(release),
      );
      await underChaos(release, step, 'node deleted', async (load) => {
        try {
          await whilePaused(spec.nodeName, async () => {
            await step('delete the node', () => kubectl(['delete', 'node', spec.nodeName, '--wait=false']));
            await takenOver(release, step, load, metadata.name);
          });
        } finally {
          // The kubelet registers its node when it starts.
          await step('the node comes back', async () => {
            await onNode(spec.nodeName, ['systemctl', 'restart', 'kubelet']);
            const ready = ['wait', '--for=condition=Ready', `node/${spec.nodeName}`, '--timeout=90s'];
            await kubectl(['wait', '--for=create', `node/${spec.nodeName}`, '--timeout=60s'], { limit: 'PODS_READY' });
            await kubectl(ready, { limit: 'PODS_READY' });
          });
        }
        await step('three pods are Ready', () => podsReady(release, 3));
      });
    },
    limit,
  );
}
