import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../../app/lease/core/model/random.ts';
import { whilePaused } from '../cluster/nodes.ts';
import { deletePod, type Pod, pods, podsReady } from '../cluster/pods.ts';
import { invoices, type Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import type { Timeout } from '../cluster/timeouts.ts';
import { underChaos } from './judge.ts';
import { switchover } from './move.ts';
import { cuts, dropping, following } from './network.ts';
import { victims } from './processes.ts';
import { rested } from './rested.ts';

/** How long one fault begins after another at least, and how long those last that last, in milliseconds. */
const EVERY_MS = 12_000;
const LASTS_MS = 8_000;

/** One fault at one pod; it is over when the promise is settled. */
type Fault = (release: Release, pod: Pod) => Promise<unknown>;

const faults: Record<string, Fault> = {
  ...Object.fromEntries(
    Object.entries(victims(invoices)).map(([name, { kill, startedAgain }]) => [
      `kill ${name}`,
      async (release: Release, pod: Pod) => {
        await kill(pod);
        await startedAgain(release, pod);
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({ ...cuts, following }).map(([name, cut]) => [
      `drop ${name}`,
      (_release: Release, pod: Pod) => dropping(pod, cut, () => pause(LASTS_MS)),
    ]),
  ),
  'delete the pod': (release, { metadata }) => deletePod(release, metadata.name),
  'freeze a node': async (release) => whilePaused(await nodeOfFewest(release), () => pause(LASTS_MS)),
  'switch over': async (release, { metadata }) => switchover(release, Number(metadata.name.at(-1))),
};

/** The node with the fewest of the pods: with one that holds two of three, a transaction may go that only those have. */
async function nodeOfFewest(release: Release): Promise<string> {
  const counts = new Map<string, number>();
  for (const { spec } of await pods(release)) counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
  const [[node = ''] = []] = [...counts].sort(([, one], [, other]) => one - other);
  return node;
}

/** Random faults at random pods, the same for the same seed. CHAOS_SEED replays one. */
export function soakStory(release: Release, count: number, limit: Timeout): void {
  const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
  story(
    `${count} random faults, one every ${EVERY_MS / 1_000} s: one history, and equal copies at the end`,
    release,
    async (step) => {
      process.stderr.write(`CHAOS_SEED=${seed}\n`);
      const random = new Random(seed);
      const names = Object.keys(faults);
      await underChaos(release, step, `soak, seed ${seed}`, async (load) => {
        for (let i = 0; i < count; i++) {
          const began = performance.now();
          const name = names[random.below(names.length)] ?? '';
          const number = random.below(3);
          const pod = await step('three pods are Ready', async () => (await rested(release))[number] as Pod);
          await step(`${name} (${pod.metadata.name})`, async () => faults[name]?.(release, pod));
          await load.acknowledges();
          await pause(Math.max(0, began + EVERY_MS - performance.now()));
        }
        await step('three pods are Ready', async () => {
          const all = await podsReady(release, 3);
          expect((await pods(release)).map(({ metadata }) => metadata.name)).toEqual(
            all.map(({ metadata }) => metadata.name),
          );
        });
      });
    },
    limit,
  );
}
