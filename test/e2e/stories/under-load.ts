import { nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices, type Order } from '../assertions/invoices.ts';
import {
  acknowledged,
  acknowledgedOrToldToComeBack,
  noneFailed,
  startReaders,
  startWriters,
} from '../assertions/traffic.ts';
import type { Release } from '../cluster/release.ts';
import type { Step } from '../cluster/story.ts';

/**
 * Does something to a release that is read and written meanwhile, and then judges: no read failed, each write was
 * acknowledged or told to come back, and what was acknowledged is on every pod.
 */
export async function underLoad(release: Release, step: Step, work: (order: Order) => Promise<void>): Promise<void> {
  const order = await anOrder(release.ingress);
  await leavingNoInvoices(release, async () => {
    const [readers, writers] = [startReaders(release), startWriters(release, order)];
    try {
      await work(order);
    } finally {
      await Promise.all([readers.stop(), writers.stop()]);
    }
    await step('no read failed', () => noneFailed(readers.report));
    await step('each write was acknowledged or put off', () => acknowledgedOrToldToComeBack(writers.report));
    await step('every acknowledged write is on every pod', () =>
      nothingIsMissing(release, acknowledged(writers.report)),
    );
  });
}
