import { type Pod, pods, primary } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { switchoverTo } from './move.ts';

/** A pod by its name. @throws Error if there is none */
export async function podOf(release: Release, name: string): Promise<Pod> {
  const found = (await pods(release)).find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`there is no pod ${name}`);
  return found;
}

/** The pod that is the primary now. */
export const primaryPod = async (release: Release): Promise<Pod> => podOf(release, await primary(release));

/** A pod that is alone on its node. @throws Error if there is none */
export async function lonePod(release: Release): Promise<Pod> {
  const all = await pods(release);
  const sharesNode = (pod: Pod) => all.some((it) => it !== pod && it.spec.nodeName === pod.spec.nodeName);
  const lone = all.find((pod) => !sharesNode(pod));
  if (lone === undefined) throw new Error('every pod shares its node with another');
  return lone;
}

/**
 * Makes the pod that is alone on its node the primary, and returns it. With the node of two, nobody would be left to
 * acknowledge what the third one writes.
 */
export async function lonePrimary(release: Release): Promise<Pod> {
  const lone = await lonePod(release);
  const { name } = lone.metadata;
  if ((await primary(release)) !== name) await switchoverTo(release, name);
  return lone;
}
