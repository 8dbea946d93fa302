/** One project for each kind of test, so that `hack/test.sh unit|chart|e2e` can run them apart. */
const project = (displayName, more = {}) => ({
  displayName,
  // These two are ES modules only, which jest, without a flag of Node, does not load.
  moduleNameMapper: { '^httpxy$': '<rootDir>/node_modules/httpxy/dist/index.mjs' },
  transformIgnorePatterns: ['/node_modules/(?!httpxy/|pocketbase/)'],
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  transform: { '\\.(ts|mjs)$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }] },
  ...more,
});
const programs = { globalSetup: '<rootDir>/test/programs.ts' };

export default {
  projects: [
    project('hack'),
    project('docs'),
    project('app', programs),
    project('chart', programs),
    project('release', programs),
    // Stories whose files share no release, so that they run side by side; and those that stop nodes or the API server.
    project('e2e', { testPathIgnorePatterns: ['/chaos-nodes.test.ts'] }),
    project('chaos', { testMatch: ['<rootDir>/test/e2e/chaos-nodes.test.ts'] }),
  ],
  // Most tests wait for other programs for most of their time: more at once than there are processors.
  maxWorkers: 4,
  testTimeout: 30_000 * Number(process.env['LITESET_SLOW'] ?? 1),
  testSequencer: '<rootDir>/test/longest-first.mjs',
  reporters: ['default', '<rootDir>/test/failures.ts', '<rootDir>/test/durations.ts'],
};
