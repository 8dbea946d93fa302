import { storeEqualsCopies } from '../assertions/backup.ts';
import { anOrder } from '../assertions/invoices.ts';
import { someAcknowledged, startWriters } from '../assertions/traffic.ts';
import { lineages } from '../backup/program.ts';
import { claimStore } from '../backup/store.ts';
import { podNames } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import type { Step } from '../cluster/story.ts';

/**
 * Writes while something happens to the backup, and expects the store to have everything afterwards, in the lineage that it
 * had before: without a gap.
 */
export async function underBackup(release: Release, step: Step, disturb: () => Promise<void>): Promise<void> {
  const order = await anOrder(release.ingress);
  const store = await claimStore(release);
  const before = await lineages(release, (await podNames(release))[0] ?? '', store.url);
  const writers = startWriters(release, order);
  try {
    await disturb();
    // A pod that stands still holds requests for seconds, so that their number says nothing while it does.
    await step('writes are acknowledged', () => someAcknowledged(writers));
  } finally {
    await writers.stop();
  }
  await step('the store restores to what the pods have, in the same lineage without a gap', async () => {
    const all = await storeEqualsCopies(release, store, writers.history.acknowledged);
    expect(all.map(({ lineage }) => lineage)).toEqual(before.map(({ lineage }) => lineage));
  });
}
