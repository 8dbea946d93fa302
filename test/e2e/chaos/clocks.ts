import { kubectl } from '../cluster/kubectl.ts';
import { leaseOf } from '../cluster/lease.ts';
import { podsReady, primary } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { rolledOut } from './lookup.ts';
import { switchoverTo } from './move.ts';

/** How far the clocks of the sidecars of pods 0, 1 and 2 are ahead, in milliseconds. */
const SKEWS = [60_000, -60_000, 0];

/** Loaded into Node before the sidecar's own code: every way to ask for the time of day answers another. */
const MODULE = `
  import { hostname } from 'node:os';
  const skew = [${SKEWS}][Number(hostname().at(-1))];
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length === 0 ? super(Real.now() + skew) : super(...given); }
    static now() { return Real.now() + skew; }
  };`;

/**
 * Sets the clocks of the lease's sidecars wrong, each by another minute, for all stories that follow: no rule of the lease
 * may compare clocks.
 */
export function clockStory(release: Release): void {
  story('the clocks of the sidecars are a minute ahead, a minute behind, and right', release, async (step) => {
    const workload = ['-n', release.namespace, 'set', 'env', `statefulset/${release.name}`, '-c', 'lease'];
    await kubectl([...workload, `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(MODULE)}`]);
    await step('the pods start again', () => rolledOut(release));
    for (const [number, skew] of SKEWS.entries()) {
      await podsReady(release, SKEWS.length);
      const pod = `${release.name}-${number}`;
      if ((await primary(release)) !== pod) await step(`switch over to ${pod}`, () => switchoverTo(release, pod));
      await step(`its Lease is ${skew / 1_000} s ahead of this machine's clock`, () => isAhead(release, pod, skew));
    }
  });
}

/** Waits until the pod holds the Lease, by a clock that is so far ahead, give or take what a renewal may be old. */
const isAhead = (release: Release, pod: string, skew: number): Promise<true> =>
  until(`a renewal by ${pod}, ${skew} ms ahead`, 'REPLICATED', async () => {
    const { spec } = await leaseOf(release);
    const ahead = Date.parse(spec.renewTime) - Date.now();
    if (!spec.holderIdentity?.startsWith(`${pod}_`) || Math.abs(ahead - skew) > 10_000)
      throw new Error(`${spec.holderIdentity} renewed ${ahead} ms ahead`);
    return true;
  });
