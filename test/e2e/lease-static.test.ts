import { write } from './assertions/invoices.ts';
import { deletePod, podsReady, primary } from './cluster/pods.ts';
import { invoices } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { replicationStories } from './stories/replication.ts';
import { scalingStories } from './stories/scaling.ts';
import { underLoad } from './stories/under-load.ts';

describe('a release whose primary is always pod 0', () => {
  replicationStories(invoices);

  story('a restart of pod 0 fails no read and loses nothing; writes wait or are told to come back', invoices, (step) =>
    underLoad(invoices, step, async (order) => {
      await step('delete pod 0', () => deletePod(invoices, 'invoices-0'));
      await step('it is back', () => podsReady(invoices, 3));
      await step('it takes writes again', async () => {
        await write(invoices.ingress, order);
        expect(await primary(invoices)).toBe('invoices-0');
      });
    }),
  );

  scalingStories(invoices);
});
