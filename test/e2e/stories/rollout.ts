import { type Pod, pods, podsReady } from '../cluster/pods.ts';
import { helm, type Release, upgrade, type Values } from '../cluster/release.ts';
import { fewestLeft, rolledOut } from '../cluster/rollout.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { switchedOver } from './failover.ts';
import { underLoad } from './under-load.ts';

/**
 * A rollout takes a pod only when the one before is back, also after a rollout that failed. Kubernetes' rules for `Parallel`
 * pods changed in 1.35, 1.36 and 1.37.
 */
export function rolloutStory(release: Release): void {
  story(
    'a rollout of an image that is not there stops at one pod, the next replaces all, one at a time, and no write fails',
    release,
    (step) =>
      underLoad(release, step, switchedOver, async () => {
        const before = uids(await podsReady(release, 3));
        const { image } = JSON.parse(await helm(release, ['get', 'values', release.name, '-o', 'json'])) as Values;
        const { repository } = image as { repository: string };
        const left = await fewestLeft(release, 3, async () => {
          try {
            await step('roll out an image that is not there', () => upgrade(release, 'image.repository=not/there'));
            await step('a pod cannot start', () =>
              until('a pod without its image', 'PODS_READY', async () => (await pods(release)).some(lacksImage)),
            );
          } finally {
            await step('roll out the one that is there, with something new', () =>
              upgrade(release, `image.repository=${repository}`, 'podAnnotations.rollout=second'),
            );
          }
          await step('the pods are replaced', () => rolledOut(release));
        });
        await step('two of three pods were there at any time', () => expect(left).toBe(2));
        const after = uids(await podsReady(release, 3));
        await step('no pod is an old one', () => expect(after.filter((it) => before.includes(it))).toEqual([]));
      }),
  );
}

const uids = (all: readonly Pod[]): string[] => all.map(({ metadata }) => metadata.uid);

const lacksImage = ({ status }: Pod): boolean =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].some(({ state }) =>
    state.waiting?.reason?.includes('Image'),
  );
