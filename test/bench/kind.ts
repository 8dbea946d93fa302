import { readFileSync } from 'node:fs';
import { copiesAreEqual } from '../e2e/assertions/copies.ts';
import { importInto } from '../e2e/assertions/import.ts';
import { deleteNamespace } from '../e2e/cluster/kubectl.ts';
import { podsReady, primary } from '../e2e/cluster/pods.ts';
import { install, ownRelease, routed } from '../e2e/cluster/release.ts';
import type { Start } from './system.ts';

/** So many pods on the cluster of hack/up.sh, reached through its Ingress. */
export const onKind =
  (replicaCount: number): Start =>
  async (_folder, database) => {
    const release = ownRelease(`bench-${replicaCount}`);
    const stop = async () => void (await deleteNamespace(release.namespace));
    try {
      await stop();
      await install(release, { replicaCount });
      await podsReady(release, replicaCount);
      await routed(release);
      await importInto(release, await primary(release), readFileSync(database));
      await copiesAreEqual(release);
    } catch (error) {
      await stop();
      throw error;
    }
    return { ...release.ingress, stop };
  };
