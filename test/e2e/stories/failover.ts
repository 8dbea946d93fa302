import { longestGap } from '../../lib/load/gaps.ts';
import type { History } from '../../lib/load/history.ts';
import { nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices, write, writesWork } from '../assertions/invoices.ts';
import { noWriteFailed } from '../assertions/traffic.ts';
import { killLitefs } from '../cluster/crash.ts';
import { deletePod, podsReady, primary, replicas } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { timeout } from '../cluster/timeouts.ts';
import { until } from '../cluster/until.ts';
import { underLoad } from './under-load.ts';

/** No write failed, and they waited for the next primary no longer than a switchover may take. */
export function switchedOver(history: History): void {
  noWriteFailed(history);
  expect(longestGap(history)).toBeLessThan(timeout('SWITCHOVER'));
}

/** The primary goes away in order, and its lease moves. */
export function primaryDeletedStory(release: Release): void {
  story('when the primary pod is deleted another takes over: no write fails, and none is missing', release, (step) =>
    underLoad(release, step, switchedOver, async () => {
      const old = await primary(release);
      await step(`delete ${old}`, () => deletePod(release, old));
      await step('another pod is the primary', () =>
        until('another primary', 'QUESTION', async () => (await primary(release)) !== old),
      );
      await step(`${old} is back, as a replica`, async () => {
        await podsReady(release, 3);
        expect(await replicas(release)).toContain(old);
      });
    }),
  );
}

/** LiteFS of the primary is killed: writes work again within the limit, and those before are not missing. */
export function primaryKilledStory(release: Release, limit: 'FAILOVER' | 'CONSUL_FAILOVER'): void {
  story(
    'when LiteFS of the primary is killed writes work again in time, and none is missing',
    release,
    async (step) => {
      const order = await anOrder(release.ingress);
      await leavingNoInvoices(release, async () => {
        const old = await primary(release);
        const ids: number[] = [];
        await step('20 writes', async () => {
          for (let i = 0; i < 20; i++) ids.push((await write(release.ingress, order)).id);
        });
        const restarted = await step(`kill LiteFS in ${old}`, () => killLitefs(release, old));
        await step('writes work again', async () => {
          ids.push((await writesWork(release, order, limit)).id);
        });
        await step(`${old} runs again`, restarted);
        await step('every acknowledged write is on every pod', () => nothingIsMissing(release, ids));
      });
    },
  );
}
