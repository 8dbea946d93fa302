import { nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices, writesWork } from '../assertions/invoices.ts';
import { startWriters } from '../assertions/traffic.ts';
import { killLitefs } from '../cluster/crash.ts';
import { leaseOf } from '../cluster/lease.ts';
import { fuseMounts, nodes } from '../cluster/nodes.ts';
import { deletePod, podNames, podsReady, primary } from '../cluster/pods.ts';
import { invoices } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';

/** Kills LiteFS in a pod and returns once the container runs again and is Ready. */
const kill = async (pod: string) => (await killLitefs(invoices, pod))();

/** LiteFS ends without a warning, everywhere. */
export function crashStory(): void {
  describe('LiteFS killed', () => {
    story(
      'ten times, on all pods: each container starts again, and no acknowledged write is missing',
      invoices,
      async (step) => {
        const order = await anOrder(invoices.ingress);
        const { spec } = await leaseOf(invoices);
        await leavingNoInvoices(invoices, async () => {
          const writers = startWriters(invoices, order);
          try {
            const names = await podNames(invoices);
            for (const pod of names) await step(`kill it in ${pod}`, () => kill(pod));
            for (const round of ['once', 'twice']) {
              await step(`kill it in all pods, ${round}`, () => Promise.all(names.map(kill)));
            }
            const leader = await primary(invoices);
            await step('the primary, whose LiteFS was killed, can be deleted', () => deletePod(invoices, leader));
            await step('its successor gets Ready', () => podsReady(invoices, 3));
            await step('kill its LiteFS, too', () => kill(leader));
            await step('writes work', () => writesWork(invoices, order, 'NEW_PRIMARY'));
          } finally {
            await writers.stop();
          }
          await step('every acknowledged write is on every pod', () =>
            nothingIsMissing(invoices, writers.history.acknowledged),
          );
          await step('the Lease has moved', async () =>
            expect((await leaseOf(invoices)).spec.leaseTransitions).toBeGreaterThan(spec.leaseTransitions),
          );
          await step('no FUSE mount is left on a node', async () => {
            for (const node of await nodes())
              expect({ node, mounts: await fuseMounts(node) }).toEqual({ node, mounts: [] });
          });
        });
      },
    );
  });
}
