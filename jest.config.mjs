/** One project for each kind of test, so that `hack/test.sh unit|chart|e2e` can run them apart. */
const project = (displayName) => ({
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }] },
});

export default {
  projects: ['hack', 'app', 'chart', 'e2e'].map(project),
  reporters: ['default', '<rootDir>/test/failures.ts'],
};
