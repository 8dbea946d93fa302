import { deleteNamespace } from './kubectl.ts';
import { podsReady } from './pods.ts';
import { helm, install, type Release, routed, type Values } from './release.ts';
import { timeout } from './timeouts.ts';

/** Installs a release of three pods before the tests of a file, and removes it and its namespace after them. */
export function freshRelease(release: Release, values: Values): void {
  beforeAll(async () => {
    await deleteNamespace(release.namespace);
    await install(release, values);
    await podsReady(release, 3);
    await routed(release);
  }, timeout('STORY'));

  afterAll(async () => {
    await helm(release, ['uninstall', release.name, '--wait'], { limit: 'POD_GONE' });
    await deleteNamespace(release.namespace);
  }, timeout('STORY'));
}
