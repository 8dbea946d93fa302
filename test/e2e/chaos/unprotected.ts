import { check } from '../../lib/load/check.ts';
import { copiesAreEqual } from '../assertions/copies.ts';
import { podsReady, primary } from '../cluster/pods.ts';
import { type Release, upgrade } from '../cluster/release.ts';
import { rolledOut } from '../cluster/rollout.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { marks, startChaosLoad } from './judge.ts';
import { primaryPod } from './lookup.ts';
import { cuts, dropping } from './network.ts';

/** What `replication.ackReplicas` and the grace are for: without them acknowledged writes are lost, and the check finds them. */
export function unprotectedStory(release: Release): void {
  story('without ackReplicas and grace, acknowledged writes are lost, and counted', release, async (step) => {
    const set = async (ackReplicas: number, graceSeconds: number) => {
      const grace = `lease.kubernetes.graceSeconds=${graceSeconds}`;
      await upgrade(release, `replication.ackReplicas=${ackReplicas}`, grace);
      await rolledOut(release);
    };
    await step('switch both off', () => set(0, 0));
    const load = await startChaosLoad(release);
    try {
      const pod = await primaryPod(release);
      await step('writes are acknowledged', () => load.acknowledges());
      await dropping(pod, cuts.replicas, async () => {
        await step('so are those that no replica gets', () => load.acknowledges(20));
        await dropping(pod, cuts.apiServer, () =>
          step('another pod is the primary', () =>
            until('another', 'NEW_PRIMARY', async () => (await primary(release)) !== pod.metadata.name),
          ),
        );
      });
      await step('writes are acknowledged again', () => load.acknowledges());
    } finally {
      await load.stop();
      await step('switch both on', () => set(1, 30));
    }
    await podsReady(release, 3);
    await copiesAreEqual(release);
    const { lost } = check(load.history.operations, await marks(release, load));
    const acknowledged = load.history.writes('done').length;
    process.stderr.write(`without ackReplicas and grace: ${lost.length} of ${acknowledged} acknowledged writes lost\n`);
    expect(lost.length).toBeGreaterThan(0);
  });
}
