import { killOnNode, pidOnNode } from './nodes.ts';
import { isReady, type Pod, pods, restarts } from './pods.ts';
import type { Release } from './release.ts';
import { until } from './until.ts';

/** Kills LiteFS in a pod, and with it the container. Returns how to wait until the container runs again and is Ready. */
export async function killLitefs(release: Release, name: string): Promise<() => Promise<unknown>> {
  const before = await pod(release, name);
  const { nodeName } = before.spec;
  await killOnNode(nodeName, await pidOnNode(nodeName, before.metadata.uid, 'litefs mount'));
  return () =>
    until(`${name} to run again`, 'CONTAINER_RESTART', async () => {
      const now = await pod(release, name);
      return isReady(now) && restarts(now) > restarts(before);
    });
}

async function pod(release: Release, name: string): Promise<Pod> {
  const found = (await pods(release)).find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`there is no pod ${name}`);
  return found;
}
