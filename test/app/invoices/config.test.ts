import { readConfig } from '../../../app/invoices/config.ts';

test('an empty environment is a complete configuration', () => {
  expect(readConfig({})).toMatchObject({ port: 8080, databasePath: '/litefs/invoices.db', sampleInvoices: 0 });
});

test('an empty variable counts as unset', () => {
  expect(readConfig({ PORT: '', LITEFS_URL: '' })).toMatchObject({ port: 8080, litefsUrl: undefined });
});

test('one error names every bad variable', () => {
  const bad = { PORT: 'eighty', LITEFS_URL: 'ftp://x', BODY_LIMIT: 'much', LOG_LEVEL: 'loud', SAMPLE_INVOICES: '-1' };
  expect(() => readConfig(bad)).toThrow(
    /PORT:[\s\S]*LITEFS_URL:[\s\S]*SAMPLE_INVOICES:[\s\S]*BODY_LIMIT:[\s\S]*LOG_LEVEL:/,
  );
});
