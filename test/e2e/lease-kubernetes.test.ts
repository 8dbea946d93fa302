import { acknowledgedOrToBeSentAgain } from './assertions/traffic.ts';
import { freshRelease } from './cluster/fresh-release.ts';
import { kubectl, tryKubectl } from './cluster/kubectl.ts';
import { leaseOf } from './cluster/lease.ts';
import { podNames, primary } from './cluster/pods.ts';
import { ownRelease } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { until } from './cluster/until.ts';
import { damagedVolumeStories } from './stories/damaged-volume.ts';
import { primaryDeletedStory } from './stories/failover.ts';
import { meddledLeaseStory } from './stories/meddled-lease.ts';
import { leaseStories, replicationStories } from './stories/replication.ts';
import { rolloutStory } from './stories/rollout.ts';
import { scalingStory } from './stories/scaling.ts';

const release = ownRelease('kubernetes');
const { name, namespace } = release;

freshRelease(release, { lease: { type: 'kubernetes' } });

describe('a release whose pods agree on the primary by a Lease of Kubernetes', () => {
  leaseStories(release);
  replicationStories(release);

  story('the Lease, the labels and the Service of the primary name the same pod', release, async (step) => {
    const leader = await primary(release);
    await step('the Lease', async () => {
      const { metadata, spec } = await leaseOf(release);
      expect(spec.holderIdentity).toMatch(new RegExp(`^${leader}_[-0-9a-f]{36}$`));
      expect(metadata.annotations['liteset.dev/primary-pod']).toBe(leader);
    });
    await step('the labels', () =>
      until('the labels', 'ROUTE', async () => {
        const labelled = await kubectl([
          '-n',
          namespace,
          'get',
          'pods',
          '-l',
          'liteset.dev/role=primary',
          '-o',
          'name',
        ]);
        return labelled.trim() === `pod/${leader}`;
      }),
    );
    await step('the Service', () =>
      until('one endpoint', 'ROUTE', async () => {
        const path = 'jsonpath={.items[*].endpoints[*].targetRef.name}';
        const selector = `kubernetes.io/service-name=${name}-primary`;
        return (await kubectl(['-n', namespace, 'get', 'endpointslices', '-l', selector, '-o', path])) === leader;
      }),
    );
  });

  story('the pods may change that Lease and their own labels, and nothing else', release, async (step) => {
    const may = async (...what: string[]) => {
      const as = `--as=system:serviceaccount:${namespace}:${name}`;
      return (await tryKubectl(['-n', namespace, 'auth', 'can-i', ...what, as])).stdout.trim() === 'yes';
    };
    const [pod = ''] = await podNames(release);
    await step('what they need', async () => {
      for (const what of [
        ['get', `lease/${name}`],
        ['patch', `lease/${name}`],
        ['create', `lease/${name}`],
        ['patch', `pod/${name}-9`],
        ['patch', `pod/${pod}`],
      ])
        expect([what, await may(...what)]).toEqual([what, true]);
    });
    await step('what they do not', async () => {
      for (const what of [
        ['patch', 'lease/other'],
        ['create', 'leases'],
        ['create', 'lease/other'],
        ['delete', `lease/${name}`],
        ['get', `pod/${pod}`],
        ['patch', 'pod/other'],
        ['list', 'secrets'],
      ])
        expect([what, await may(...what)]).toEqual([what, false]);
    });
  });

  primaryDeletedStory(release);

  meddledLeaseStory(release);

  damagedVolumeStories(release);

  rolloutStory(release);

  scalingStory(release, acknowledgedOrToBeSentAgain);
});
