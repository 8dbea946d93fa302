import { nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices } from '../assertions/invoices.ts';
import {
  acknowledged,
  acknowledgedOrToldToComeBack,
  noneFailed,
  startReaders,
  startWriters,
} from '../assertions/traffic.ts';
import { lastEnd, type Pod, pods, podsReady, restarts } from '../cluster/pods.ts';
import { type Release, upgrade } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';

/** Pods come and go while the service is in use. */
export function scalingStories(release: Release): void {
  story('scaling from 3 to 5 to 2 pods fails no read and loses nothing', release, async (step) => {
    const order = await anOrder(release.ingress);
    const before = (await pods(release)).slice(0, 2);
    await leavingNoInvoices(release, async () => {
      const readers = startReaders(release);
      try {
        for (const count of [5, 2, 3]) {
          const writers = startWriters(release, order);
          try {
            await step(`scale to ${count}`, () => upgrade(release, `replicaCount=${count}`));
            await step(`${count} pods are Ready`, () => podsReady(release, count));
          } finally {
            await writers.stop();
          }
          await step('no container of the pods that stayed ended', async () =>
            expect(started(await pods(release))).toEqual(expect.arrayContaining(started(before))),
          );
          await step('writes were acknowledged or put off', () => acknowledgedOrToldToComeBack(writers.report));
          await step('every pod has what was acknowledged', () =>
            nothingIsMissing(release, acknowledged(writers.report)),
          );
        }
      } finally {
        await readers.stop();
        await upgrade(release, 'replicaCount=3');
        await podsReady(release, 3);
      }
      await step('no read failed', () => noneFailed(readers.report));
    });
  });
}

/** Which pods these are, how often their application was started, and how it ended last. */
const started = (all: readonly Pod[]): string[] =>
  all.map((pod) => `${pod.metadata.name} (${pod.metadata.uid}): ${restarts(pod)} restarts ${lastEnd(pod)}`);
