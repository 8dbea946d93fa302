import { nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices } from '../assertions/invoices.ts';
import {
  acknowledged,
  acknowledgedOrToldToComeBack,
  noneFailed,
  startReaders,
  startWriters,
} from '../assertions/traffic.ts';
import { podsReady } from '../cluster/pods.ts';
import { type Release, upgrade } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';

/** Pods come and go while the service is in use. */
export function scalingStories(release: Release): void {
  story('scaling from 3 to 5 to 2 pods fails no read and loses nothing', release, async (step) => {
    const order = await anOrder(release.ingress);
    await leavingNoInvoices(release, async () => {
      const [readers, writers] = [startReaders(release), startWriters(release, order)];
      try {
        for (const count of [5, 2]) {
          await step(`scale to ${count}`, () => upgrade(release, `replicaCount=${count}`));
          await step(`${count} pods are Ready`, () => podsReady(release, count));
          await step('every copy has what was acknowledged', () =>
            nothingIsMissing(release, acknowledged({ answers: [...writers.report.answers] })),
          );
        }
      } finally {
        await Promise.all([readers.stop(), writers.stop()]);
        await step('back to 3', () => upgrade(release, 'replicaCount=3'));
        await step('3 pods are Ready', () => podsReady(release, 3));
      }
      await step('no read failed', () => noneFailed(readers.report));
      await step('writes were acknowledged or put off', () => acknowledgedOrToldToComeBack(writers.report));
      await step('the pod that comes back has everything, too', () =>
        nothingIsMissing(release, acknowledged(writers.report)),
      );
    });
  });
}
