import { copiesAreEqual } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices, type Order, write } from '../assertions/invoices.ts';
import { primaryPod } from '../chaos/lookup.ts';
import { consul, dropping } from '../chaos/network.ts';
import { killLitefs } from '../cluster/crash.ts';
import type { Endpoint } from '../cluster/http.ts';
import { tryKubectl } from '../cluster/kubectl.ts';
import { podsReady, replicas, sql, withPods } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';

/**
 * What docs/explanation/guarantees.md warns of: LiteFS's Consul client waits for ever for an answer whose packets are dropped, and its primary goes on.
 * A replica that still follows it does not look at the lock; one that starts again does, and finds it free.
 */
export function splitStory(release: Release, key: string): void {
  story(
    'a primary that is cut off from Consul acknowledges writes beside its successor, and they are lost',
    release,
    async (step) => {
      const order = await anOrder(release.ingress);
      const oldPod = await primaryPod(release);
      const [old, [next = '']] = [oldPod.metadata.name, await replicas(release)];
      await leavingNoInvoices(release, async () => {
        await dropping(oldPod, consul, async () => {
          await step('its lock runs out', () => until('the lock to run out', 'NEW_PRIMARY', () => isFree(key)));
          const restarted = await step(`LiteFS of ${next} is killed`, () => killLitefs(release, next));
          await step('and starts again', restarted);
          await withPods(release, [old, next], async (at) => {
            await step(`${next} acknowledges`, () => acknowledges(at(next), order, 'of the new primary'));
            await step(`${old} does, too`, () => acknowledges(at(old), order, 'of the old primary'));
          });
        });
        await step('there is one history again, without what the old primary acknowledged', () =>
          until('one history', 'PODS_READY', async () => {
            await podsReady(release, 3);
            await copiesAreEqual(release);
            const addresses = "SELECT BillingAddress FROM Invoice WHERE BillingAddress LIKE 'of the % primary'";
            expect(await sql(release, old, addresses)).toBe('of the new primary');
            return true;
          }),
        );
      });
    },
  );
}

/** Whether no session holds the lock. */
async function isFree(key: string): Promise<boolean> {
  const path = `/api/v1/namespaces/consul/services/consul:8500/proxy/v1/kv/${key}`;
  const { code, stdout, stderr } = await tryKubectl(['get', '--raw', path]);
  if (code !== 0 && !stderr.includes('could not find the requested resource')) throw new Error(stderr);
  return code !== 0 || !(JSON.parse(stdout) as [{ Session?: string }])[0].Session;
}

/** Waits until a pod acknowledges a write itself. */
const acknowledges = (pod: Endpoint, order: Order, billingAddress: string) =>
  until('a write', 'NEW_PRIMARY', async () => {
    const { answer } = await write(pod, { ...order, billingAddress } as Order);
    expect(answer.role).toBe('primary');
    return true;
  });
