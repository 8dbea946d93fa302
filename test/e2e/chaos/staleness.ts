import { position } from '../assertions/copies.ts';
import { podsReady, primary, replicas } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { underChaos } from './judge.ts';
import { podOf } from './lookup.ts';
import { cuts, dropping, following } from './network.ts';

/** A replica that lacks writes does not become primary while one that has them can be reached. */
export function stalenessStory(release: Release): void {
  story('a replica that was cut off while writes went on does not win over a fresher one', release, async (step) => {
    const [leader, [stale = '', fresh = '']] = [await primary(release), await replicas(release)];
    const [leaderPod, stalePod] = [await podOf(release, leader), await podOf(release, stale)];
    await underChaos(release, step, 'stale replica', async (load) => {
      await dropping(stalePod, following, async () => {
        await step(`writes go on without ${stale}`, () => load.acknowledges(20));
        const [its, freshest] = [await position(release, stale), await position(release, fresh)];
        expect(its < freshest).toBe(true);
        await dropping(leaderPod, cuts.apiServer, () =>
          step('another pod is the primary', () =>
            until('another primary', 'FAILOVER', async () => (await primary(release)) !== leader),
          ),
        );
        expect(await primary(release)).toBe(fresh);
        // The old primary, once it can read the Lease again, is the replica that it needs.
        await step(`${fresh} acknowledges writes`, () => load.acknowledges());
      });
      expect([...new Set(load.history.writes('done').map(({ pod }) => pod))]).toEqual([leader, fresh]);
      await step('three pods are Ready', () => podsReady(release, 3));
    });
  });
}
