import type { AggregatedResult } from '@jest/test-result';

/** Names, as the last thing a run says, what failed and why: half an hour of output lies between the first failure and the end. */
export default class Failures {
  onRunComplete(_contexts: unknown, { testResults }: AggregatedResult): void {
    const failed = testResults.flatMap(({ testFilePath, testExecError, testResults }) => [
      ...(testExecError ? [`${testFilePath}: ${firstLines(testExecError.message)}`] : []),
      ...testResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${fullName}\n    ${firstLines(failureMessages[0] ?? '')}`),
    ]);
    if (failed.length > 0) process.stderr.write(`\nFailed:\n${failed.map((it) => `  ${it}\n`).join('')}`);
  }
}

/** A message without its stack. */
const firstLines = (message: string): string =>
  message
    .split(/\n\s+at /)[0]
    ?.replaceAll(/\n+/g, '\n    ')
    .slice(0, 600) ?? '';
