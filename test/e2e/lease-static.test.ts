import { write } from './assertions/invoices.ts';
import { acknowledgedOrToldToComeBack } from './assertions/traffic.ts';
import { freshRelease } from './cluster/fresh-release.ts';
import { deletePod, podsReady, primary } from './cluster/pods.ts';
import { ownRelease } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { leaseStories } from './stories/replication.ts';
import { scalingStory } from './stories/scaling.ts';
import { underLoad } from './stories/under-load.ts';

const release = ownRelease('static');

freshRelease(release, { lease: { type: 'static' } });

describe('a release whose primary is always pod 0', () => {
  leaseStories(release);

  story('a restart of pod 0 fails no read and loses nothing; writes wait or are told to come back', release, (step) =>
    underLoad(release, step, acknowledgedOrToldToComeBack, async (order) => {
      await step('delete pod 0', () => deletePod(release, 'static-0'));
      await step('it is back', () => podsReady(release, 3));
      await step('it takes writes again', async () => {
        await write(release.ingress, order);
        expect(await primary(release)).toBe('static-0');
      });
    }),
  );

  scalingStory(release, acknowledgedOrToldToComeBack);
});
