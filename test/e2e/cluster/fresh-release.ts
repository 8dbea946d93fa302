import { deleteNamespace, leaveNamespace } from './kubectl.ts';
import { podsReady } from './pods.ts';
import { install, type Release, routed, type Values } from './release.ts';
import { timeout } from './timeouts.ts';

/** Installs a release of three pods before the tests of a file, and removes its namespace after them. */
export function freshRelease(release: Release, values: Values | (() => Promise<Values>)): void {
  beforeAll(async () => {
    await deleteNamespace(release.namespace);
    await install(release, typeof values === 'function' ? await values() : values);
    await podsReady(release, 3);
    await routed(release);
  }, timeout('STORY'));

  afterAll(() => leaveNamespace(release.namespace));
}
