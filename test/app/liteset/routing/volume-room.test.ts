import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liteset } from '../../../../app/liteset/liteset.ts';
import { problems } from '../../../../app/liteset/problem/types.ts';
import { waitFor } from '../../../lib/wait-for.ts';

const folder = mkdtempSync(join(tmpdir(), 'liteset-room-'));
const ballast = join(folder, 'ballast');
let cluster: ReturnType<typeof liteset>;
let url: string;
const app = createServer((req, res) => cluster.middleware(req, res, () => res.end('done')));

beforeAll(async () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', folder]);
  cluster = liteset({
    database: join(folder, 'app.db'),
    pod: 'pod-0',
    volume: { folder, reserveBytes: 2 ** 40 }, // a tenth of the volume is less
  });
  await once(app.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(app.address() as { port: number }).port}/`;
});
afterAll(async () => {
  await cluster.close();
  app.close().closeAllConnections();
  execFileSync('umount', ['--lazy', folder]);
  rmSync(folder, { recursive: true });
});

const status = async (method: string) => (await fetch(url, { method })).status;

test('with less room than the reserve, writes get 507 and reads go on; with room again, writes do', async () => {
  expect(await status('POST')).toBe(200);
  writeFileSync(ballast, Buffer.alloc(19 * 2 ** 20));
  await waitFor('a refusal', async () => (await status('POST')) === 507);
  const answer = await fetch(url, { method: 'POST' });
  expect(await answer.json()).toMatchObject({
    type: problems.diskFull.type,
    detail: expect.stringMatching(
      /^The volume of pod-0 has [01] MiB free, less than its reserve\. .* Nothing was written\.$/,
    ),
  });
  expect(await status('GET')).toBe(200);
  expect(cluster.counters().volumeRefused).toBeGreaterThan(1);
  expect(cluster.counters().volumeFree).toBeLessThan(2 ** 21);
  rmSync(ballast);
  expect(cluster.counters().volumeNoted).toBe(0);
  writeFileSync(
    join(folder, 'faults'),
    '2026-11-28T00:00:00Z VolumeWaits why\n2026-11-28T00:00:00Z VolumeMovedAside why\n',
  );
  await waitFor('what app/volume notes', () => cluster.counters().volumeNoted === 2);
  await waitFor('a write', async () => (await status('POST')) === 200);
});
