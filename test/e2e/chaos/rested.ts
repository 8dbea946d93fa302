import { deletePod, type Pod, podsReady } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';

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

/** How often a container of the pod was started again, the sidecar's included. */
const ends = ({ status }: Pod): number =>
  [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].reduce(
    (sum, { restartCount }) => sum + restartCount,
    0,
  );
