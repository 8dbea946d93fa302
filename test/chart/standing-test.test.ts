import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CHART } from './helm.ts';

/** How a pod answers about itself, by the number of the question. */
interface Pod {
  readonly role: 'primary' | 'replica';
  readonly position: (question: number) => string;
  readonly ready?: boolean;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve({ role, position, ready = true }: Pod, index: number): Promise<string> {
  let asked = 0;
  const server = createServer(({ url }, res) => {
    if (url === '/readyz') res.writeHead(ready ? 200 : 503).end(ready ? '{}' : '{"reason":"not yet"}');
    else res.end(JSON.stringify({ pod: `pod-${index}`, role, position: position(asked++) }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs what `helm test` runs for an application of the user's. */
async function run(pods: readonly Pod[]): Promise<{ code: number; output: string }> {
  const urls = await Promise.all(pods.map(serve));
  const env = { PODS: urls.join(' '), TIMEOUT_MS: '1200' };
  return new Promise((resolve) => {
    execFile(process.execPath, [`${CHART}/files/standing.mjs`], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

const primary: Pod = { role: 'primary', position: () => '00000000000000ff' };
const level: Pod = { role: 'replica', position: () => '00000000000000ff' };

test('every pod comes to what the primary had', async () => {
  const late: Pod = {
    role: 'replica',
    position: (question) => (question < 2 ? '00000000000000fe' : '0000000000000100'),
  };
  const { code, output } = await run([level, primary, late]);
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringContaining('pod-1 is the primary, at 00000000000000ff'),
  });
  for (const index of [0, 1, 2]) expect(output).toContain(`pod-${index} has that`);
});

test.each<[string, Pod[], RegExp]>([
  [
    'a pod that stays behind',
    [primary, { ...level, position: () => '0000000000000001' }],
    /FAILED: pod-1 is at 0+1, not/,
  ],
  ['two primaries', [primary, primary], /FAILED: 2 of 2 pods are primary, not 1/],
  ['no primary', [level], /FAILED: 0 of 1 pods are primary, not 1/],
  ['a pod that is not ready', [primary, { ...level, ready: false }], /FAILED: GET .*\/readyz: 503: .*not yet/],
  ['no pods', [], /FAILED: PODS is empty/],
])('fails for %s', async (_, pods, message) => {
  expect(await run(pods)).toEqual({ code: 1, output: expect.stringMatching(message) });
});
