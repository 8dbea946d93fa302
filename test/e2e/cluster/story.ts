import { diagnose } from './diagnose.ts';
import type { Release } from './release.ts';
import { type Timeout, timeout } from './timeouts.ts';

/** Does one step of a story. The sentence tells where a story stopped, and how long each step took. */
export type Step = <T>(sentence: string, work: () => T | Promise<T>) => Promise<T>;

/**
 * A test on the cluster, told in steps. When it fails it prints the steps and the state of the release, and leaves
 * events, descriptions and logs in a file.
 */
export function story(
  sentence: string,
  release: Release,
  tell: (step: Step) => Promise<void>,
  limit: Timeout = 'STORY',
): void {
  const test = `${release.name}: ${sentence}`;
  it(
    sentence,
    async () => {
      const told: string[] = [];
      const step: Step = async (words, work) => {
        const began = performance.now();
        let how = 'failed';
        try {
          const result = await work();
          how = 'done';
          return result;
        } finally {
          told.push(`  ${how} after ${((performance.now() - began) / 1000).toFixed(1)} s: ${words}`);
        }
      };
      try {
        await tell(step);
      } catch (error) {
        const { file, summary } = await diagnose(release, test);
        process.stderr.write(`\n${test}\n${told.join('\n')}\n${summary}\nMore in ${file}\n`);
        throw error;
      }
      if (process.env['E2E_STEPS']) process.stderr.write(`\n${test}\n${told.join('\n')}\n`);
    },
    timeout(limit),
  );
}
