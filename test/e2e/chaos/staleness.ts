import { killLitefs } from '../cluster/crash.ts';
import { podsReady, primary, replicas } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { underChaos } from './judge.ts';
import { podOf } from './lookup.ts';
import { drop, following } from './network.ts';

/** A replica that lacks writes does not become primary while one that has them can be reached. */
export function stalenessStory(release: Release): void {
  story('a replica that was cut off while writes went on does not win over a fresher one', release, async (step) => {
    const [leader, [stale = '', fresh = '']] = [await primary(release), await replicas(release)];
    await underChaos(release, step, 'stale replica', async (load) => {
      const heal = await drop(await podOf(release, stale), following);
      try {
        await step(`writes go on without ${stale}`, () => load.acknowledges(20));
        const again = await step(`kill LiteFS of ${leader}`, () => killLitefs(release, leader));
        await step(`${fresh} is the primary, or the old one again`, () =>
          until('a primary', 'NEW_PRIMARY_AFTER_CRASH', async () => {
            const now = await primary(release);
            if (now === stale) throw new Error(`the stale ${stale} has become the primary`);
            return now === fresh || now === leader;
          }),
        );
        await load.acknowledges();
        expect(await primary(release)).not.toBe(stale);
        await again();
      } finally {
        await heal();
      }
      await step('three pods are Ready', () => podsReady(release, 3));
    });
  });
}
