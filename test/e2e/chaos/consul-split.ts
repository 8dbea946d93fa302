import { copiesAreEqual } from '../assertions/copies.ts';
import { anOrder } from '../assertions/invoices.ts';
import { podsReady } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { check } from './check.ts';
import { marks } from './judge.ts';
import { ChaosLoad } from './load.ts';
import { primaryPod } from './lookup.ts';
import { consul, dropping } from './network.ts';

/** What LiteFS alone does with Consul's lease when packets to Consul are dropped: its client has no timeout, and nothing fences it. */
export function consulSplitStory(release: Release): void {
  story(
    'with Consul a primary that is cut off from it goes on beside another, and its writes are lost',
    release,
    async (step) => {
      const load = new ChaosLoad(release, await anOrder(release.ingress));
      try {
        const old = await primaryPod(release);
        await step('writes are acknowledged', () => load.acknowledges());
        await dropping(old, consul, async () => {
          await step('two pods acknowledge writes', () =>
            until('an offence', 'STORY', () => {
              const { lost, twoPrimaries } = check(
                load.history.operations,
                load.history.writes('done').map(({ mark }) => mark),
              );
              return lost.length + twoPrimaries.length > 0;
            }),
          );
        });
      } finally {
        await load.stop();
      }
      await podsReady(release, 3);
      await copiesAreEqual(release);
      const { lost, twoPrimaries } = check(load.history.operations, await marks(release, load));
      const acknowledged = load.history.writes('done').length;
      process.stderr.write(
        `consul, cut off from its primary: ${lost.length} of ${acknowledged} acknowledged writes lost, ${twoPrimaries.length} by two primaries\n`,
      );
      expect(twoPrimaries.length).toBeGreaterThan(0);
    },
  );
}
