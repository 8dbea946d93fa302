import type { History } from '../../lib/load/history.ts';
import { nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices, type Order } from '../assertions/invoices.ts';
import { noReadFailed, someAcknowledged, startReaders, startWriters } from '../assertions/traffic.ts';
import type { Release } from '../cluster/release.ts';
import type { Step } from '../cluster/story.ts';

/**
 * Does something to a release that is read and written meanwhile, and then judges: no read failed, the history of the writes
 * is right, and what was acknowledged is on every pod.
 */
export async function underLoad(
  release: Release,
  step: Step,
  writesAreRight: (history: History) => void,
  work: (order: Order) => Promise<unknown>,
): Promise<void> {
  const order = await anOrder(release.ingress);
  await leavingNoInvoices(release, async () => {
    const [readers, writers] = [startReaders(release, order), startWriters(release, order)];
    try {
      await work(order);
      await step('writes are acknowledged', () => someAcknowledged(writers));
    } finally {
      await Promise.all([readers.stop(), writers.stop()]);
    }
    await step('no read failed', () => noReadFailed(readers.history));
    await step('the writes were answered as they should be', () => writesAreRight(writers.history));
    await step('every acknowledged write is on every pod', () =>
      nothingIsMissing(release, writers.history.acknowledged),
    );
  });
}
