import { execFile } from 'node:child_process';
import { type Behaviour, type FakePods, fakePods } from './fake-pods.ts';
import { CHART, PATIENCE } from './helm.ts';

jest.setTimeout(PATIENCE);

let pods: FakePods;
afterEach(() => pods.close());

/** Runs the script of `helm test` against fake pods. */
async function run(count: number, behaviour: Behaviour = {}, urls: readonly string[] = []) {
  pods = await fakePods(count, behaviour);
  const env = { PODS: [...pods.urls, ...urls].join(' '), TIMEOUT_MS: '1200' };
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, [`${CHART}/files/replication.mjs`], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

test('writes through a replica, reads on every pod, and leaves nothing', async () => {
  const { code, output } = await run(3, { roles: ['replica', 'primary', 'replica'] });
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringContaining('invoice 42 sent to pod-0, a replica, and written by pod-1'),
  });
  expect(output).toContain('is in the copy of each of the 3 pods');
  expect(pods.asked.filter((line) => /POST|DELETE/.test(line))).toEqual([
    'pod-0 POST /api/invoices',
    'pod-0 DELETE /api/invoices/42',
  ]);
  expect(pods.asked).toEqual(expect.arrayContaining([0, 1, 2].map((index) => `pod-${index} GET /api/invoices/42`)));
  expect(pods.invoices.size).toBe(0);
});

test('a single pod is its own writer', async () => {
  const { code, output } = await run(1);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('sent to pod-0, a primary') });
});

test.each<[string, Behaviour, RegExp]>([
  ['a replica that never gets the row', { stuck: 2 }, /FAILED: GET .*\/api\/invoices\/42: 404 instead of 200/],
  ['a write that is refused', { write: 503 }, /FAILED: POST .*: 503 instead of 201: .*no primary/],
  ['two primaries', { roles: ['primary', 'primary', 'replica'] }, /FAILED: 2 of 3 pods are primary, not 1/],
  ['no primary', { roles: ['replica', 'replica', 'replica'] }, /FAILED: 0 of 3 pods are primary, not 1/],
  ['a row that cannot be deleted', { remove: 500 }, /FAILED: DELETE .*: 500 instead of 204/],
  ['a write without a token', { noToken: true }, /FAILED: the answer to the write carries no Liteset-Token/],
  ['an empty catalogue', { noTracks: true }, /FAILED: GET .*\/api\/tracks: the list is empty/],
])('fails for %s', async (_, behaviour, message) => {
  const { code, output } = await run(3, behaviour);
  expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(message) });
});

test('deletes the row when the test fails too', async () => {
  expect((await run(3, { stuck: 1 })).code).toBe(1);
  expect(pods.invoices.size).toBe(0);
});

test('fails for a pod that is not there', async () => {
  const { code, output } = await run(2, {}, ['http://127.0.0.1:1']);
  expect({ code, output }).toEqual({
    code: 1,
    output: expect.stringMatching(/FAILED: GET http:\/\/127\.0\.0\.1:1\/api\/invoices\?limit=1/),
  });
});
