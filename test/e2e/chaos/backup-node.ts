import { onePodStreams } from '../assertions/backup.ts';
import { whilePaused } from '../cluster/nodes.ts';
import { pods, podsReady } from '../cluster/pods.ts';
import { type Release, routed } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { underBackup } from '../stories/under-backup.ts';

/** The stream of the backup moves with nobody's help when its node does not answer. */
export function backupNodeStory(release: Release): void {
  story('when the node of the pod that streams stands still another goes on, without a gap', release, async (step) => {
    const old = await onePodStreams(release);
    const all = await pods(release);
    const node = all.find(({ metadata }) => metadata.name === old)?.spec.nodeName ?? '';
    const there = all.filter(({ spec }) => spec.nodeName === node).map(({ metadata }) => metadata.name);
    await underBackup(release, step, async () => {
      await step(`pause ${node} with ${there}`, () =>
        whilePaused(node, () => step('another pod streams', () => onePodStreams(release, ...there))),
      );
      await step('one pod streams when the node is back', () => onePodStreams(release));
      await step('the pods are Ready', () => podsReady(release, 3));
      await routed(release);
    });
  });
}
