import { waitFor } from '../../lib/wait-for.ts';
import { LeaseCluster } from './rig/lease-cluster.ts';
import type { LeasePod } from './rig/lease-pod.ts';
import { TIMEOUTS } from './rig/timeouts.ts';

const SWITCHOVERS = 20;
const cluster = new LeaseCluster();
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);
jest.setTimeout(TIMEOUTS.TEST);

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  }[];
}

test('the Lease says who holds it, and of which cluster it is', async () => {
  const { name, uid } = await cluster.primary();
  const { spec, metadata } = await cluster.lease();
  expect(spec).toMatchObject({ holderIdentity: `${name}_${uid}`, leaseDurationSeconds: cluster.leaseSeconds });
  expect(metadata.annotations['liteset.dev/primary-pod']).toBe(name);
  expect(metadata.annotations['liteset.dev/cluster-id']).toMatch(/^LFSC/);
});

/** LiteFS refuses a promotion while its stream from the primary is new or breaks, although it names that primary; nothing changes then. */
test(`${SWITCHOVERS} switchovers by LiteFS's promote each take the same session to another pod`, async () => {
  for (let done = 0, refused = 0; done < SWITCHOVERS; ) {
    const from = await cluster.primary();
    const to = cluster.pods.find((pod) => pod !== from) as LeasePod;
    const before = await cluster.lease();
    if (await to.promote()) {
      await waitFor(`${to.name} to be primary`, () => to.isPrimary());
      const { metadata, spec } = await cluster.lease();
      expect(metadata.annotations['liteset.dev/session']).toBe(before.metadata.annotations['liteset.dev/session']);
      expect(spec.leaseTransitions).toBe(before.spec.leaseTransitions + 1);
      expect(spec.holderIdentity).toBe(`${to.name}_${to.uid}`);
      done++;
    } else {
      expect(++refused).toBeLessThan(SWITCHOVERS);
    }
    await cluster.settled();
  }
});

test('the label of each pod says its role', async () => {
  const isLabelled = async () => {
    const { name } = await cluster.primary();
    const { items } = JSON.parse((await cluster.api.call('GET', '/api/v1/namespaces/default/pods')).body) as PodList;
    return items.every(
      ({ metadata }) => metadata.labels?.['liteset.dev/role'] === (metadata.name === name ? 'primary' : 'replica'),
    );
  };
  await waitFor('the labels', isLabelled, TIMEOUTS.PRIMARY);
});
