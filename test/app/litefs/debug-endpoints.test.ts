import { startPair, status } from './rig/pair.ts';

const pair = startPair();

test.each([
  '/debug/pprof',
  '/debug/pprof/',
  '/debug/pprof/cmdline',
  '/debug/pprof/heap',
  '/debug/pprof/goroutine?debug=2',
  '/debug/pprof/profile?seconds=1',
  '/debug/rand',
])('%s is not there', async (path) => {
  expect(await status(pair.primary, 'GET', path)).toBe(404);
});

test.each(['/debug/vars', '/metrics', '/info'])('%s is', async (path) => {
  expect(await status(pair.primary, 'GET', path)).toBe(200);
});
