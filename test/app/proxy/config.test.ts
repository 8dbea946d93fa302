import { readConfig } from '../../../app/proxy/config.ts';

const LEAST = { APP_PORT: '8090', DATABASE: 'data.db' };

test('the application’s port and the database are all that has to be said', () => {
  expect(readConfig(LEAST)).toMatchObject({
    ...{ port: 8_080, appPort: 8_090, database: 'data.db', litefsUrl: 'http://127.0.0.1:20202' },
    ...{ agentSocket: '/run/liteset/agent.sock', settleMs: 2_000, primaryWaitMs: 30_000 },
  });
});

test('one error names every bad variable, and every one that is missing', () => {
  const bad = { APP_PORT: '0', READY_PATH: 'health', LITEFS_URL: 'ftp://x', ACK_POLICY: 'perhaps', STATUS_PORT: 'x' };
  expect(() => readConfig(bad)).toThrow(
    /APP_PORT:[\s\S]*DATABASE:[\s\S]*LITEFS_URL:[\s\S]*READY_PATH:[\s\S]*STATUS_PORT:[\s\S]*ACK_POLICY:/,
  );
});

test('a database is a name, not a path', () => {
  expect(() => readConfig({ ...LEAST, DATABASE: '/litefs/data.db' })).toThrow(/DATABASE: a name without slashes/);
});
