import { setTimeout as pause } from 'node:timers/promises';
import { aReplicaStreams, onePodStreams, storeEqualsCopies } from './assertions/backup.ts';
import { copiesAreEqual } from './assertions/copies.ts';
import { anOrder, write, writesWork } from './assertions/invoices.ts';
import { startWriters } from './assertions/traffic.ts';
import { metrics } from './backup/program.ts';
import { s3Values, withoutS3, withS3 } from './backup/s3.ts';
import { withRestored } from './backup/store.ts';
import { transactionsOn } from './backup/transactions.ts';
import { killLitefs } from './cluster/crash.ts';
import { deleteNamespace, ensureNamespace, leaveNamespace } from './cluster/kubectl.ts';
import { deletePod, isReady, podNames, pods, podsReady, primary } from './cluster/pods.ts';
import { consulLease, install, ownRelease, routed } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { timeout } from './cluster/timeouts.ts';
import { until } from './cluster/until.ts';

/** With LITESET_LONG the outage lasts ten minutes longer than LiteFS keeps transactions by default. */
const long = Boolean(process.env['LITESET_LONG']);
const retention = long ? '10m' : '10s';
const atLeast = long ? 20 * 60_000 : 0;

const release = ownRelease(long ? 'backup-s3-long' : 'backup-s3');
let url: string;

beforeAll(async () => {
  await deleteNamespace(release.namespace);
  await ensureNamespace(release.namespace);
  const s3 = await s3Values(release);
  url = s3.url;
  await install(release, {
    lease: consulLease(),
    litefs: { retention },
    backup: { enabled: true, storeTimeout: '5s', ...s3 },
  });
  await podsReady(release, 3);
  await routed(release);
}, timeout('STORY'));

afterAll(() => leaveNamespace(release.namespace));

describe('a backup on S3', () => {
  story('a replica streams, and stock Litestream restores what the primary has', release, async (step) => {
    await step('a replica streams', () => aReplicaStreams(release));
    const { id } = await write(release.ingress, await anOrder(release.ingress));
    await step('the store restores to what the pods have', () =>
      withS3(release, url, (store) => storeEqualsCopies(release, store, [id])),
    );
  });

  story('when the primary is deleted or killed, the store follows the history that goes on', release, async (step) => {
    const order = await anOrder(release.ingress);
    const ends: [how: string, end: (pod: string) => Promise<unknown>][] = [
      ['deleted', (pod) => deletePod(release, pod)],
      ['killed', (pod) => killLitefs(release, pod)],
    ];
    for (const [how, end] of ends) {
      const old = await primary(release);
      const writers = startWriters(release, order);
      try {
        await step(`${old} is the primary, and is ${how}`, () => end(old));
        // A pod that was killed may be the primary again, if its container is back before its lock in Consul runs out.
        await step('writes work again', () => writesWork(release, order, 'NEW_PRIMARY'));
        await step('the pods are Ready', () => podsReady(release, 3));
      } finally {
        await writers.stop();
      }
      await step('the store restores to what the pods have', () =>
        // A crash may lose what the primary had acknowledged and not replicated; an orderly end does not.
        withS3(release, url, (store) =>
          storeEqualsCopies(release, store, how === 'deleted' ? writers.history.acknowledged : []),
        ),
      );
    }
    await step('a replica streams, not the primary', () => aReplicaStreams(release));
  });

  story(
    `when S3 is out of reach until LiteFS has removed what was not shipped (${retention}), the stream begins a new lineage by itself`,
    release,
    async (step) => {
      const order = await anOrder(release.ingress);
      const before = await withS3(release, url, (store) => storeEqualsCopies(release, store));
      const lost = (await copiesAreEqual(release)).slice(0, 16);
      const writers = startWriters(release, order, 1_000);
      try {
        await step('cut off S3', () =>
          withoutS3(release, async () => {
            const end = performance.now() + atLeast;
            await step('the first transactions since are gone from every pod', () =>
              until('LiteFS to remove them', long ? 'LONG_STORY' : 'TRANSACTIONS_GONE', async () => {
                const oldest = await Promise.all((await podNames(release)).map((pod) => transactionsOn(release, pod)));
                return oldest.every(([first = '']) => BigInt(`0x${first}`) > BigInt(`0x${lost}`) + 1n);
              }),
            );
            await pause(Math.max(0, end - performance.now()));
            await step('the pods are Ready all the same, and the one that streams says what is wrong', async () => {
              expect((await pods(release)).filter(isReady)).toHaveLength(3);
              const found = await metrics(release, await onePodStreams(release));
              expect(found['lag_transactions']).toBeGreaterThan(0);
              expect(found['errors_total{code="store-unavailable"}']).toBeGreaterThan(0);
            });
          }),
        );
      } finally {
        await writers.stop();
      }
      await step('with S3 back, the store restores to what the pods have', () =>
        withS3(release, url, async (store) => {
          const now = await storeEqualsCopies(release, store, writers.history.acknowledged);
          expect(now.at(-1)).toMatchObject({ reason: 'gap' });
          const old = before.at(-1);
          expect(now.at(-2)?.lineage).toBe(old?.lineage);
          await step('and the old lineage to what it had', () =>
            withRestored(store, { lineage: old?.lineage ?? '', txid: lost }, () => {}),
          );
        }),
      );
    },
    long ? 'LONG_STORY' : 'STORY',
  );
});
