/** One project for each kind of test, so that `hack/test.sh unit|chart|e2e` can run them apart. */
const project = (displayName) => ({
  displayName,
  // It is an ES module only, which jest, without a flag of Node, does not load.
  moduleNameMapper: { '^httpxy$': '<rootDir>/node_modules/httpxy/dist/index.mjs' },
  transformIgnorePatterns: ['/node_modules/(?!httpxy/)'],
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  transform: { '\\.(ts|mjs)$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }] },
});

export default {
  projects: ['hack', 'app', 'chart', 'release', 'e2e'].map(project),
  reporters: ['default', '<rootDir>/test/failures.ts'],
};
