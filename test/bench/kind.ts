import { readFileSync } from 'node:fs';
import { copiesAreEqual } from '../e2e/assertions/copies.ts';
import { importInto } from '../e2e/assertions/import.ts';
import { deleteNamespace } from '../e2e/cluster/kubectl.ts';
import { podsReady, primary } from '../e2e/cluster/pods.ts';
import { install, ownRelease, routed } from '../e2e/cluster/release.ts';
import type { System } from './systems.ts';

/** Three pods on the cluster of hack/up.sh, reached through its Ingress. */
export async function startKind(_folder: string, database: string): Promise<System> {
  const release = ownRelease('bench');
  const stop = async () => void (await deleteNamespace(release.namespace));
  try {
    await stop();
    await install(release, {});
    await podsReady(release, 3);
    await routed(release);
    await importInto(release, await primary(release), readFileSync(database));
    await copiesAreEqual(release);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...release.ingress, stop };
}
