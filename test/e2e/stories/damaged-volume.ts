import { rmSync } from 'node:fs';
import { Random } from '../../app/lease/core/model/random.ts';
import { mutate } from '../../app/volume/rig/mutations.ts';
import { nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices, writesWork } from '../assertions/invoices.ts';
import { kubectl, kubectlJson } from '../cluster/kubectl.ts';
import { isReady, type Pod, pods, podsReady, primary, restarts, sql } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { flipBit, putBack, takeCopy, volumeOf } from '../cluster/volume.ts';

/** How often both replicas' volumes are damaged. */
const ROUNDS = process.env['LITESET_LONG'] === '1' ? 5 : 1;

/** Faults of disks, which pods heal by themselves. */
export function damagedVolumeStories(release: Release): void {
  story('a bit that flips under a running replica or primary is found, and the pod heals', release, async (step) => {
    const order = await anOrder(release.ingress);
    await leavingNoInvoices(release, async () => {
      const ids = [(await writesWork(release, order, 'NEW_PRIMARY')).id];
      for (const role of ['replica', 'primary']) {
        const leader = await leaderOf(release);
        // What is in the write-ahead log only would be written over the fault.
        await sql(release, leader, 'PRAGMA wal_checkpoint(TRUNCATE)');
        const pod = (await pods(release)).find(
          ({ metadata }) => (metadata.name === leader) === (role === 'primary'),
        ) as Pod;
        const isRight = await flipBit(await volumeOf(release, pod));
        await step(`the ${role} is told of by an Event`, () => eventOf(release, pod, 'VolumeDamaged'));
        await step('the pod starts again, and is Ready', () =>
          until('a restart', 'CONTAINER_RESTART', async () => {
            const now = (await pods(release)).find(({ metadata }) => metadata.uid === pod.metadata.uid);
            return now !== undefined && restarts(now) > restarts(pod) && isReady(now);
          }),
        );
        await step('the bit is right again', async () => expect(await isRight()).toBe(true));
        ids.push((await writesWork(release, order, 'NEW_PRIMARY')).id);
        await step('every pod has all', () => nothingIsMissing(release, ids));
      }
    });
  });

  story(`${2 * ROUNDS} volumes that were damaged at random heal by themselves`, release, async (step) => {
    const order = await anOrder(release.ingress);
    await leavingNoInvoices(release, async () => {
      const ids: number[] = [];
      for (let round = 1; round <= ROUNDS; round++) {
        const leader = await leaderOf(release);
        const replicas = (await pods(release)).filter(({ metadata }) => metadata.name !== leader);
        const older = await Promise.all(replicas.map(async (pod) => takeCopy(await volumeOf(release, pod))));
        for (let more = 0; more < 3; more++) ids.push((await writesWork(release, order, 'NEW_PRIMARY')).id);
        await nothingIsMissing(release, ids);
        const did = await Promise.all(
          replicas.map((pod, index) => damage(release, pod, older[index] ?? '', new Random(10 * round + index))),
        );
        await step(did.join('; '), async () => {
          const all = replicas.map(({ metadata }) => metadata.name);
          await kubectl(['-n', release.namespace, 'delete', 'pod', ...all, '--grace-period=1', '--wait'], {
            limit: 'POD_GONE',
          });
          ids.push((await writesWork(release, order, 'NEW_PRIMARY')).id);
          await podsReady(release, 3);
          await nothingIsMissing(release, ids);
        });
      }
    });
  });
}

/** The primary. On a busy machine there may be none for a moment. */
const leaderOf = (release: Release): Promise<string> => until('a primary', 'NEW_PRIMARY', () => primary(release));

/** Damages what LiteFS has on the volume of a replica; nobody writes meanwhile. Returns what was done. */
async function damage(release: Release, pod: Pod, older: string, random: Random): Promise<string> {
  const volume = await volumeOf(release, pod);
  const copy = await takeCopy(volume);
  const did = mutate(copy, older, random);
  await putBack(volume, copy);
  rmSync(older, { recursive: true });
  return `${pod.metadata.name}: ${did}`;
}

const eventOf = ({ namespace }: Release, { metadata }: Pod, reason: string): Promise<boolean> =>
  until(`${reason} of ${metadata.name}`, 'CONTAINER_RESTART', async () => {
    const which = `reason=${reason},involvedObject.uid=${metadata.uid}`;
    const { items } = await kubectlJson<{ items: unknown[] }>([
      '-n',
      namespace,
      'get',
      'events',
      '--field-selector',
      which,
    ]);
    return items.length > 0;
  });
