import { deletePod, type Pod, pods, podsReady } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { until } from '../cluster/until.ts';

/**
 * Waits until all three pods are Ready, and returns them. The kubelet makes those wait longer and longer whose containers are
 * killed often, up to five minutes: each gets a successor.
 */
export async function rested(release: Release): Promise<Pod[]> {
  for (const pod of await podsReady(release, 3)) {
    if (ends(pod) < 2) continue;
    await deletePod(release, pod.metadata.name);
    await podsReady(release, 3);
  }
  return podsReady(release, 3);
}

/** Waits until the kubelet has noticed that a container of the pod ended: it still says Ready for a moment. */
export const startedAgain = (release: Release, pod: Pod): Promise<unknown> =>
  until(`a container of ${pod.metadata.name} to be started again`, 'CONTAINER_RESTART', async () => {
    const now = (await pods(release)).find(({ metadata }) => metadata.uid === pod.metadata.uid);
    return now !== undefined && ends(now) > ends(pod);
  });

/** How often a container of the pod was started again, the sidecar's included. */
const ends = ({ status }: Pod): number =>
  [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].reduce(
    (sum, { restartCount }) => sum + restartCount,
    0,
  );
