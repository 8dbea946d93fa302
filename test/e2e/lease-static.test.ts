import { write } from './assertions/invoices.ts';
import { deleteNamespace } from './cluster/kubectl.ts';
import { deletePod, podsReady, primary } from './cluster/pods.ts';
import { helm, install, ownRelease, routed } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { timeout } from './cluster/timeouts.ts';
import { replicationStories } from './stories/replication.ts';
import { scalingStories } from './stories/scaling.ts';
import { underLoad } from './stories/under-load.ts';

const release = ownRelease('static');

beforeAll(async () => {
  await deleteNamespace(release.namespace);
  await install(release, { lease: { type: 'static' } });
  await podsReady(release, 3);
  await routed(release);
}, timeout('STORY'));

afterAll(async () => {
  await helm(release, ['uninstall', release.name, '--wait'], { limit: 'POD_GONE' });
  await deleteNamespace(release.namespace);
}, timeout('STORY'));

describe('a release whose primary is always pod 0', () => {
  replicationStories(release);

  story('a restart of pod 0 fails no read and loses nothing; writes wait or are told to come back', release, (step) =>
    underLoad(release, step, async (order) => {
      await step('delete pod 0', () => deletePod(release, 'static-0'));
      await step('it is back', () => podsReady(release, 3));
      await step('it takes writes again', async () => {
        await write(release.ingress, order);
        expect(await primary(release)).toBe('static-0');
      });
    }),
  );

  scalingStories(release);
});
