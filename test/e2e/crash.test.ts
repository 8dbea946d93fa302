import { nothingIsMissing } from './assertions/copies.ts';
import { anOrder, leavingNoInvoices, writesWork } from './assertions/invoices.ts';
import { acknowledged, startWriters } from './assertions/traffic.ts';
import { fuseMounts, killOnNode, nodes, pidOnNode } from './cluster/nodes.ts';
import { deletePod, isReady, pods, podsReady, restarts } from './cluster/pods.ts';
import { invoices } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { until } from './cluster/until.ts';

const pod = async (index: number) => {
  const found = (await pods(invoices))[index];
  if (found === undefined) throw new Error(`there is no pod ${index}`);
  return found;
};

/** Kills LiteFS in a pod and returns once its container runs again and is Ready. */
async function killLitefs(index: number): Promise<void> {
  const { metadata, spec, ...before } = await pod(index);
  await killOnNode(spec.nodeName, await pidOnNode(spec.nodeName, metadata.uid, 'litefs mount'));
  await until(`${metadata.name} to run again`, 'CONTAINER_RESTART', async () => {
    const now = await pod(index);
    return isReady(now) && restarts(now) > restarts({ metadata, spec, ...before });
  });
}

describe('LiteFS killed', () => {
  story(
    'ten times, on all pods: each container starts again, and no acknowledged write is missing',
    invoices,
    async (step) => {
      const order = await anOrder(invoices.ingress);
      await leavingNoInvoices(invoices, async () => {
        const writers = startWriters(invoices, order);
        try {
          for (const index of [0, 1, 2]) await step(`kill it in pod ${index}`, () => killLitefs(index));
          for (const round of ['once', 'twice']) {
            await step(`kill it in all pods, ${round}`, () => Promise.all([0, 1, 2].map(killLitefs)));
          }
          await step('a pod whose LiteFS was killed can be deleted', () => deletePod(invoices, 'invoices-0'));
          await step('its successor gets Ready', () => podsReady(invoices, 3));
          await step('kill its LiteFS, too', () => killLitefs(0));
          await step('writes work', () => writesWork(invoices, order, 'NEW_PRIMARY_AFTER_CRASH'));
        } finally {
          await writers.stop();
        }
        await step('every acknowledged write is on every pod', () =>
          nothingIsMissing(invoices, acknowledged(writers.report)),
        );
        await step('no FUSE mount is left on a node', async () => {
          for (const node of await nodes())
            expect({ node, mounts: await fuseMounts(node) }).toEqual({ node, mounts: [] });
        });
      });
    },
  );
});
