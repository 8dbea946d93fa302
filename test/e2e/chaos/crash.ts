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
  for (const [what, kill] of Object.entries(victims)) {
    story(
      `${what} of the primary killed, ${rounds} times: writes go on in time, and nothing acknowledged is lost`,
      release,
      async (step) => {
        const gaps: number[] = [];
        await underChaos(release, step, `${what} killed`, async (load) => {
          for (let round = 0; round < rounds; round++) {
            const began = performance.now();
            await step(`kill ${round}`, async () => kill(await primaryPod(release)));
            await load.acknowledges();
            gaps.push(longestGap(load.history, began));
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
