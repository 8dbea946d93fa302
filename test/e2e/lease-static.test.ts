import { nothingIsMissing } from './assertions/copies.ts';
import { anOrder, leavingNoInvoices, write } from './assertions/invoices.ts';
import {
  acknowledged,
  acknowledgedOrToldToComeBack,
  noneFailed,
  startReaders,
  startWriters,
} from './assertions/traffic.ts';
import { deletePod, podsReady, primary } from './cluster/pods.ts';
import { invoices } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { replicationStories } from './stories/replication.ts';
import { scalingStories } from './stories/scaling.ts';

describe('a release whose primary is always pod 0', () => {
  replicationStories(invoices);

  story(
    'a restart of pod 0 fails no read and loses nothing; writes wait or are told to come back',
    invoices,
    async (step) => {
      const order = await anOrder(invoices.ingress);
      await leavingNoInvoices(invoices, async () => {
        const [readers, writers] = [startReaders(invoices), startWriters(invoices, order)];
        try {
          await step('delete pod 0', () => deletePod(invoices, 'invoices-0'));
          await step('it is back', () => podsReady(invoices, 3));
          await step('it takes writes again', async () => {
            await write(invoices.ingress, order);
            expect(await primary(invoices)).toBe('invoices-0');
          });
        } finally {
          await Promise.all([readers.stop(), writers.stop()]);
        }
        await step('no read failed', () => noneFailed(readers.report));
        await step('each write was acknowledged or put off', () => acknowledgedOrToldToComeBack(writers.report));
        await step('every acknowledged write is on every pod', () =>
          nothingIsMissing(invoices, acknowledged(writers.report)),
        );
      });
    },
  );

  scalingStories(invoices);
});
