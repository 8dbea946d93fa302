import type { History } from '../../lib/load/history.ts';
import { nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices } from '../assertions/invoices.ts';
import { noReadFailed, someAcknowledged, startReaders, startWriters } from '../assertions/traffic.ts';
import { lastEnd, type Pod, pods, podsReady, restarts } from '../cluster/pods.ts';
import { type Release, upgrade } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';

/** Pods come and go while the service is in use. `writesAreRight` judges the writes of each change of their number. */
export function scalingStory(release: Release, writesAreRight: (history: History) => void): void {
  story('scaling from 3 to 5 to 2 pods fails no read and loses nothing', release, async (step) => {
    const order = await anOrder(release.ingress);
    const before = (await pods(release)).slice(0, 2);
    await leavingNoInvoices(release, async () => {
      const readers = startReaders(release, order);
      try {
        for (const count of [5, 2, 3]) {
          const writers = startWriters(release, order);
          try {
            await step(`scale to ${count}`, () => upgrade(release, `replicaCount=${count}`));
            await step(`${count} pods are Ready`, () => podsReady(release, count));
            await step('writes are acknowledged', () => someAcknowledged(writers));
          } finally {
            await writers.stop();
          }
          await step('no container of the pods that stayed ended', async () =>
            expect(started(await pods(release))).toEqual(expect.arrayContaining(started(before))),
          );
          await step('the writes were answered as they should be', () => writesAreRight(writers.history));
          await step('every pod has what was acknowledged', () =>
            nothingIsMissing(release, writers.history.acknowledged),
          );
        }
      } finally {
        await readers.stop();
        await upgrade(release, 'replicaCount=3');
        await podsReady(release, 3);
      }
      await step('no read failed', () => noReadFailed(readers.history));
    });
  });
}

/** Which pods these are, how often their application was started, and how it ended last. */
const started = (all: readonly Pod[]): string[] =>
  all.map((pod) => `${pod.metadata.name} (${pod.metadata.uid}): ${restarts(pod)} restarts ${lastEnd(pod)}`);
