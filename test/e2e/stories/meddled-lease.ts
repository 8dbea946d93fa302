import { noWriteFailed } from '../assertions/traffic.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { leaseOf } from '../cluster/lease.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { underLoad } from './under-load.ts';

/** What tools and people do to the Lease while there is a primary. */
export function meddledLeaseStory(release: Release): void {
  const { name, namespace } = release;
  const lease = async () => {
    const { metadata, spec } = await leaseOf(release);
    return [spec?.holderIdentity, spec?.leaseTransitions, metadata.annotations?.['liteset.dev/cluster-id']];
  };
  story('a Lease that is replaced or deleted is mended by the primary, and no write fails', release, (step) =>
    underLoad(release, step, noWriteFailed, async () => {
      const before = await lease();
      const isMended = () =>
        until(
          'the same Lease',
          'ROUTE',
          async () => JSON.stringify(await lease().catch(() => [])) === JSON.stringify(before),
        );
      await step('kubectl replace with what the chart says', async () => {
        const template = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name } };
        await kubectl(['-n', namespace, 'replace', '-f', '-'], { input: JSON.stringify(template) });
        await isMended();
      });
      await step('kubectl patch, which names another holder', async () => {
        const edit = JSON.stringify({ spec: { holderIdentity: 'somebody' } });
        await kubectl(['-n', namespace, 'patch', 'lease', name, '--type=merge', '-p', edit]);
        await isMended();
      });
      await step('kubectl delete lease', async () => {
        await kubectl(['-n', namespace, 'delete', 'lease', name]);
        await isMended();
      });
    }),
  );
}
