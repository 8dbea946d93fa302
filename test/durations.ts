import { appendFileSync } from 'node:fs';
import type { AggregatedResult, AssertionResult, TestContext, TestResult } from '@jest/test-result';

/** How many of the slowest tests are named. */
const NAMED = 15;

/**
 * Names the slowest tests when a run is over. With `LITESET_PARTS`, the path of a file, it adds a line for each project to
 * that file: two spaces and its name, `-`, the seconds of its files together, and the number of its tests, with tabs between.
 */
export default class Durations {
  readonly #projects = new Map<string, { ms: number; tests: number }>();

  onTestResult({ context }: { context: TestContext }, { perfStats, testResults }: TestResult): void {
    const name = context.config.displayName?.name ?? '';
    const { ms, tests } = this.#projects.get(name) ?? { ms: 0, tests: 0 };
    this.#projects.set(name, {
      ms: ms + perfStats.end - perfStats.start,
      tests: tests + testResults.filter(wasRun).length,
    });
  }

  onRunComplete(_contexts: unknown, { testResults }: AggregatedResult): void {
    const all = testResults.flatMap((file) => file.testResults).filter(wasRun);
    if (all.length > NAMED) {
      const slowest = all.sort((one, other) => (other.duration ?? 0) - (one.duration ?? 0)).slice(0, NAMED);
      const lines = slowest.map(({ duration, fullName }) => `${seconds(duration ?? 0).padStart(7)} s  ${fullName}\n`);
      process.stderr.write(`\nSlowest:\n${lines.join('')}`);
    }
    const parts = process.env['LITESET_PARTS'];
    if (parts === undefined) return;
    for (const [name, { ms, tests }] of this.#projects)
      appendFileSync(parts, `  ${name}\t-\t${seconds(ms)}\t${tests}\n`);
  }
}

const wasRun = ({ status }: AssertionResult): boolean => status === 'passed' || status === 'failed';
const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
