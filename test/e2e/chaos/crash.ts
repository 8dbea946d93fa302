import { longestGap, summary } from '../../lib/load/gaps.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { type Timeout, timeout } from '../cluster/timeouts.ts';
import { underChaos } from './judge.ts';
import { primaryPod } from './lookup.ts';
import { victims } from './processes.ts';
import { rested } from './rested.ts';

/** A primary that is killed loses nothing that was acknowledged. */
export function crashStories(release: Release, rounds: number, limit: Timeout): void {
  for (const [what, victim] of Object.entries(victims(release))) {
    story(
      `${what} of the primary killed, ${rounds} times: writes go on in time, and nothing acknowledged is lost`,
      release,
      async (step) => {
        const gaps: number[] = [];
        await underChaos(release, step, `${what} killed`, async (load) => {
          for (let round = 0; round < rounds; round++) {
            const began = performance.now();
            const pod = await step(`the primary ${round}`, () => primaryPod(release));
            await step(`kill ${round}`, () => victim.kill(pod));
            await load.acknowledges();
            gaps.push(longestGap(load.history, began));
            await step('the pod is started again', () => victim.startedAgain(release, pod));
            await step('three pods are Ready', () => rested(release));
          }
        });
        process.stderr.write(`  write gaps when ${what} is killed: ${summary(gaps)}\n`);
        expect(Math.max(...gaps)).toBeLessThan(timeout('FAILOVER'));
      },
      limit,
    );
  }
}
