import { type Registry, startRegistry } from '../release/registry.ts';
import { pushChart } from '../release/release-script.ts';
import { ask } from './cluster/http.ts';
import { deleteNamespace } from './cluster/kubectl.ts';
import { podsReady } from './cluster/pods.ts';
import { helm, install, ownRelease, routed } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { timeout } from './cluster/timeouts.ts';

const release = ownRelease('released');

describe('the chart in a registry', () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry();
    await deleteNamespace(release.namespace);
  }, timeout('STORY'));
  afterAll(async () => {
    await registry.stop();
    await deleteNamespace(release.namespace);
  }, timeout('STORY'));

  story('is installed by its digest, and the service answers', release, async (step) => {
    const chart = await step('push it as the release workflow does', () => pushChart(registry.host));
    await step('install it', () => install(release, { replicaCount: 1 }, [`oci://${chart}`, '--plain-http']));
    await step('the pod is Ready', () => podsReady(release, 1));
    await step('the route works', () => routed(release));
    await step('the pages are there', async () => {
      expect(await ask(release.ingress, '/')).toMatchObject({ status: 200, pod: 'released-0' });
    });
    await step('uninstall', () => helm(release, ['uninstall', release.name, '--wait'], { limit: 'POD_GONE' }));
  });
});
