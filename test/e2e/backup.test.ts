import { aReplicaStreams, onePodStreams, storeEqualsCopies } from './assertions/backup.ts';
import { copiesAreEqual, nothingIsMissing } from './assertions/copies.ts';
import { anOrder, write } from './assertions/invoices.ts';
import { withFlippedBit } from './backup/flip.ts';
import { metrics } from './backup/program.ts';
import { claimBackup as backup, claimFolder, claimStore } from './backup/store.ts';
import { runVerification } from './backup/verification.ts';
import { deleteNamespace, kubectl, leaveNamespace, names } from './cluster/kubectl.ts';
import { deletePod, podNames, podsReady } from './cluster/pods.ts';
import { helm, install, ownRelease, routed } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { timeout } from './cluster/timeouts.ts';
import { until } from './cluster/until.ts';
import { underBackup } from './stories/under-backup.ts';

const release = ownRelease('backup');

beforeAll(async () => {
  await deleteNamespace(release.namespace);
  await install(release, { backup });
  await podsReady(release, 3);
  await routed(release);
}, timeout('STORY'));

afterAll(() => leaveNamespace(release.namespace));

describe('a backup on a claim', () => {
  story('a replica streams, and stock Litestream restores what the primary has', release, async (step) => {
    const active = await step('a replica streams', () => aReplicaStreams(release));
    const order = await anOrder(release.ingress);
    const { id } = await write(release.ingress, order);
    await step('the store restores to what the pods have, in one lineage', async () =>
      expect(await storeEqualsCopies(release, await claimStore(release), [id])).toMatchObject([{ reason: 'first' }]),
    );
    await step('the metrics say so, and the other pods that they stand by', async () => {
      const [txid = ''] = (await copiesAreEqual(release)).split('/');
      for (const pod of await podNames(release)) {
        const found = await metrics(release, pod);
        if (pod === active) expect(found).toMatchObject({ shipped_txid: Number(`0x${txid}`), lag_transactions: 0 });
        else expect(found).toMatchObject({ active: 0 });
      }
    });
  });

  story('the verification proves the backup: exit code 0, an Event', release, async (step) => {
    const { exitCode, log, events } = await step('run it', () => runVerification(release));
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: expect.stringContaining('"checksum"') });
    expect(events).toMatchObject([{ type: 'Normal', reason: 'BackupVerified' }]);
  });

  story('when the pod that streams is deleted another goes on, without a gap', release, async (step) => {
    const old = await onePodStreams(release);
    await underBackup(release, step, async () => {
      await step(`delete ${old}`, () => deletePod(release, old));
      const next = await step('another pod streams', () => onePodStreams(release, old));
      await step('it knows of the verification', () =>
        until(
          'the result of the verification',
          'SHIPPED',
          async () => (await metrics(release, next))['verify_failed'] === 0,
        ),
      );
      await step('the pods are Ready', () => podsReady(release, 3));
    });
    await step('one pod streams', () => onePodStreams(release));
  });

  story('the verification finds one flipped bit: exit code 1, a warning', release, async (step) => {
    await withFlippedBit(await claimFolder(release), async (object) => {
      const { exitCode, log, events } = await step(`run it with a bit of ${object} flipped`, () =>
        runVerification(release),
      );
      expect({ exitCode, log }).toEqual({ exitCode: 1, log: expect.stringMatching(/store-corrupt|checksum-mismatch/) });
      expect(events).toMatchObject([{ type: 'Warning', reason: 'BackupVerifyFailed' }]);
    });
    await step('with the bit as it was, the backup is whole', async () =>
      expect((await runVerification(release)).exitCode).toBe(0),
    );
  });

  story('when all claims are deleted, helm install brings the database back and goes on', release, async (step) => {
    const order = await anOrder(release.ingress);
    const { id } = await write(release.ingress, order);
    const before = await copiesAreEqual(release);
    const store = await claimStore(release);
    const old = await storeEqualsCopies(release, store, [id]);
    await step('uninstall', () => helm(release, ['uninstall', release.name, '--wait'], { limit: 'POD_GONE' }));
    await step('delete the databases, by the labels of the pods', async () => {
      const theirs = 'app.kubernetes.io/instance=backup,app.kubernetes.io/name=liteset';
      await kubectl(['-n', release.namespace, 'delete', 'pvc', '-l', theirs, '--wait'], { limit: 'POD_GONE' });
      expect(await names('pvc', release.namespace)).toEqual(['backup-backup']);
    });
    await step('install', () => install(release, { backup, restore: { enabled: true } }));
    await step('the pods get Ready', () => podsReady(release, 3));
    await step('every copy is at the transaction of before, and equal', async () => {
      expect(await copiesAreEqual(release)).toBe(before);
      await nothingIsMissing(release, [id]);
    });
    await step('what is written now continues the lineage', async () => {
      await routed(release);
      const next = await write(release.ingress, order);
      const now = await storeEqualsCopies(release, store, [id, next.id]);
      expect(now.map(({ lineage }) => lineage)).toEqual(old.map(({ lineage }) => lineage));
    });
  });
});
