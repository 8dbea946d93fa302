import { nothingIsMissing } from './assertions/copies.ts';
import { anOrder, leavingNoInvoices, write, writesWork } from './assertions/invoices.ts';
import { killLitefs } from './cluster/crash.ts';
import { deleteNamespace, kubectl } from './cluster/kubectl.ts';
import { deletePod, podsReady, primary, replicas } from './cluster/pods.ts';
import { consulLease, helm, install, ownRelease, routed } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { timeout } from './cluster/timeouts.ts';
import { until } from './cluster/until.ts';
import { replicationStories } from './stories/replication.ts';
import { scalingStories } from './stories/scaling.ts';
import { underLoad } from './stories/under-load.ts';

const release = ownRelease('consul');

beforeAll(async () => {
  await kubectl(['-n', 'consul', 'rollout', 'status', 'deployment/consul', '--timeout=60s'], { limit: 'PODS_READY' });
  await deleteNamespace(release.namespace);
  await install(release, { lease: consulLease() });
  await podsReady(release, 3);
  await routed(release);
}, timeout('STORY'));

afterAll(async () => {
  await helm(release, ['uninstall', release.name, '--wait'], { limit: 'POD_GONE' });
  await deleteNamespace(release.namespace);
}, timeout('STORY'));

describe('a release whose pods agree on the primary through Consul', () => {
  replicationStories(release);

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
    'when the primary pod is killed writes work again, and what was acknowledged before is not missing',
    release,
    async (step) => {
      const order = await anOrder(release.ingress);
      await leavingNoInvoices(release, async () => {
        const old = await primary(release);
        const ids: number[] = [];
        await step('20 writes', async () => {
          for (let i = 0; i < 20; i++) ids.push((await write(release.ingress, order)).id);
        });
        const restarted = await step(`kill LiteFS in ${old}`, () => killLitefs(release, old));
        await step('writes work again', async () => {
          ids.push((await writesWork(release, order, 'NEW_PRIMARY_AFTER_CRASH')).id);
        });
        await step(`${old} runs again`, restarted);
        await step('every acknowledged write is on every pod', () => nothingIsMissing(release, ids));
      });
    },
  );

  scalingStories(release);
});
