import { nothingIsMissing } from './assertions/copies.ts';
import { anOrder, leavingNoInvoices, write, writesWork } from './assertions/invoices.ts';
import { killLitefs } from './cluster/crash.ts';
import { ask } from './cluster/http.ts';
import { deleteNamespace, kubectl, kubectlJson, tryKubectl } from './cluster/kubectl.ts';
import { deletePod, podNames, podsReady, primary, replicas } from './cluster/pods.ts';
import { helm, install, ownRelease } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { timeout } from './cluster/timeouts.ts';
import { until } from './cluster/until.ts';
import { replicationStories } from './stories/replication.ts';
import { scalingStories } from './stories/scaling.ts';
import { underLoad } from './stories/under-load.ts';

const release = ownRelease('kubernetes');
const { name, namespace } = release;

interface Lease {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly holderIdentity?: string; readonly leaseTransitions: number };
}
const lease = () => kubectlJson<Lease>(['-n', namespace, 'get', 'lease', name]);

beforeAll(async () => {
  await deleteNamespace(namespace);
  await install(release, { lease: { type: 'kubernetes' } });
  await podsReady(release, 3);
  await until('the route to the release', 'ROUTE', async () => (await ask(release.ingress, '/readyz')).status === 200);
}, timeout('STORY'));

afterAll(async () => {
  await helm(release, ['uninstall', name, '--wait'], { limit: 'POD_GONE' });
  await deleteNamespace(namespace);
}, timeout('STORY'));

describe('a release whose pods agree on the primary by a Lease of Kubernetes', () => {
  replicationStories(release);

  story('the Lease, the labels and the Service of the primary name the same pod', release, async (step) => {
    const leader = await primary(release);
    await step('the Lease', async () => {
      const { metadata, spec } = await lease();
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
        ['patch', `pod/${pod}`],
      ])
        expect([what, await may(...what)]).toEqual([what, true]);
    });
    await step('what they do not', async () => {
      for (const what of [
        ['patch', 'lease/other'],
        ['create', 'leases'],
        ['delete', `lease/${name}`],
        ['get', `pod/${pod}`],
        ['patch', 'pod/other'],
        ['list', 'secrets'],
      ])
        expect([what, await may(...what)]).toEqual([what, false]);
    });
  });

  story('when the primary pod is deleted another takes over, and no acknowledged write is missing', release, (step) =>
    underLoad(release, step, async (order) => {
      const old = await primary(release);
      await step(`delete ${old}`, () => deletePod(release, old));
      await step('another pod is the primary', () =>
        until('another primary', 'NEW_PRIMARY_AFTER_DELETE', async () => (await primary(release)) !== old),
      );
      await step('writes work again', () => writesWork(release, order, 'NEW_PRIMARY_AFTER_DELETE'));
      await step(`${old} is back, as a replica`, async () => {
        await podsReady(release, 3);
        expect(await replicas(release)).toContain(old);
      });
    }),
  );

  story(
    'when LiteFS is killed on the primary writes work again, and what was acknowledged before is not missing',
    release,
    async (step) => {
      const order = await anOrder(release.ingress);
      await leavingNoInvoices(release, async () => {
        const old = await primary(release);
        const ids: number[] = [];
        await step('20 writes', async () => {
          for (let i = 0; i < 20; i++) ids.push((await write(release.ingress, order)).id);
        });
        const { spec } = await lease();
        const restarted = await step(`kill LiteFS in ${old}`, () => killLitefs(release, old));
        await step('writes work again', async () => {
          ids.push((await writesWork(release, order, 'NEW_PRIMARY_AFTER_CRASH')).id);
        });
        expect((await lease()).spec.leaseTransitions).toBeGreaterThan(spec.leaseTransitions);
        await step(`${old} runs again`, restarted);
        await step('every acknowledged write is on every pod', () => nothingIsMissing(release, ids));
      });
    },
  );

  scalingStories(release);
});
