import { nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices, write, writesWork } from '../assertions/invoices.ts';
import { killLitefs } from '../cluster/crash.ts';
import { deletePod, podsReady, primary, replicas } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { type Step, story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { underLoad } from './under-load.ts';

/** The primary goes away in order, and its lease moves. */
export function primaryDeletedStory(release: Release): void {
  story('when the primary pod is deleted another takes over, and no acknowledged write is missing', release, (step) =>
    underLoad(release, step, async (order) => {
      const old = await primary(release);
      await step(`delete ${old}`, () => deletePod(release, old));
      await step('another pod is the primary', () =>
        until('another primary', 'NEW_PRIMARY_AFTER_DELETE', async () => (await primary(release)) !== old),
      );
      await step('writes work again', () => writesWork(release, order, 'NEW_PRIMARY_AFTER_DELETE'));
      await step(`${old} is back, as a replica`, async () => {
        await podsReady(release, 3);
        expect(await replicas(release)).toContain(old);
      });
    }),
  );
}

/** Kills LiteFS on the primary: writes work again, and those before are not missing. `onceWritable` looks at what led to that. */
export async function primaryKilled(release: Release, step: Step, onceWritable = async () => {}): Promise<void> {
  const order = await anOrder(release.ingress);
  await leavingNoInvoices(release, async () => {
    const old = await primary(release);
    const ids: number[] = [];
    await step('20 writes', async () => {
      for (let i = 0; i < 20; i++) ids.push((await write(release.ingress, order)).id);
    });
    const restarted = await step(`kill LiteFS in ${old}`, () => killLitefs(release, old));
    await step('writes work again', async () => {
      ids.push((await writesWork(release, order, 'NEW_PRIMARY_AFTER_CRASH')).id);
    });
    await onceWritable();
    await step(`${old} runs again`, restarted);
    await step('every acknowledged write is on every pod', () => nothingIsMissing(release, ids));
  });
}
