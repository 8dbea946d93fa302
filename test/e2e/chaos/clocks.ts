import { longestGap } from '../../lib/load/gaps.ts';
import { noWriteFailed } from '../assertions/traffic.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { leaseOf } from '../cluster/lease.ts';
import { podsReady, primary } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { rolledOut } from '../cluster/rollout.ts';
import { story } from '../cluster/story.ts';
import { timeout } from '../cluster/timeouts.ts';
import { until } from '../cluster/until.ts';
import { underChaos } from './judge.ts';
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

/** Sets the clocks of the lease's sidecars wrong, each by another minute, which rolls the pods out anew. */
async function setClocks({ name, namespace }: Release): Promise<void> {
  const workload = ['-n', namespace, 'set', 'env', `statefulset/${name}`, '-c', 'lease'];
  await kubectl([...workload, `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(MODULE)}`]);
}

/** The same before the stories of a file: all pods start anew at once. */
export function wrongClocks(release: Release): void {
  beforeAll(async () => {
    await setClocks(release);
    const all = ['-l', `app.kubernetes.io/instance=${release.name}`];
    await kubectl(['-n', release.namespace, 'delete', 'pods', ...all, '--wait'], { limit: 'POD_GONE' });
    await rolledOut(release);
    const pod = await until('a primary', 'NEW_PRIMARY', () => primary(release));
    await isAhead(release, pod, SKEWS[Number(pod.at(-1))] ?? Number.NaN);
  }, timeout('STORY'));
}

/** For all stories that follow: no rule of the lease may compare clocks. The rollout of it is one that fails no write. */
export function clockStory(release: Release): void {
  story(
    'clocks of the sidecars a minute ahead, a minute behind and right are rolled out, and no write fails',
    release,
    async (step) => {
      const history = await underChaos(release, step, 'rollout', async (load) => {
        await setClocks(release);
        await step('the pods start again', () => rolledOut(release));
        await load.acknowledges();
      });
      noWriteFailed(history);
      expect(longestGap(history)).toBeLessThan(timeout('SWITCHOVER'));
      for (const [number, skew] of SKEWS.entries()) {
        await podsReady(release, SKEWS.length);
        const pod = `${release.name}-${number}`;
        if ((await primary(release)) !== pod) await step(`switch over to ${pod}`, () => switchoverTo(release, pod));
        await step(`its Lease is ${skew / 1_000} s ahead of this machine's clock`, () => isAhead(release, pod, skew));
      }
    },
  );
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
