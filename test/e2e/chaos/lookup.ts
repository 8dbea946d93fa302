import { kubectl } from '../cluster/kubectl.ts';
import { type Pod, pods, primary } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';

/** A pod by its name. @throws Error if there is none */
export async function podOf(release: Release, name: string): Promise<Pod> {
  const found = (await pods(release)).find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`there is no pod ${name}`);
  return found;
}

/** The pod that is the primary now. */
export const primaryPod = async (release: Release): Promise<Pod> => podOf(release, await primary(release));

/** Waits until all pods are as the release wants them. */
export const rolledOut = ({ name, namespace }: Release): Promise<string> =>
  kubectl(['-n', namespace, 'rollout', 'status', `statefulset/${name}`, '--timeout=180s'], { limit: 'STORY' });
