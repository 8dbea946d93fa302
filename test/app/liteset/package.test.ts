import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFreshApp, packLibrary, readManifest } from './rig/fresh-app.ts';
import { litefsPair } from './rig/litefs-pair.ts';
import type { LitefsPod } from './rig/litefs-pod.ts';
import { TIMEOUTS } from './rig/timeouts.ts';

/** The library as a package: packed, installed into an application outside the repository, and run on a real pair. */
const directory = mkdtempSync(join(tmpdir(), 'liteset-package-'));
const app = join(directory, 'app');
let primary: LitefsPod;
let replica: LitefsPod;

beforeAll(async () => {
  await makeFreshApp(app, await packLibrary(directory));
  ({ primary, replica } = await litefsPair({ directory, program: join(app, 'app.js') }));
}, TIMEOUTS.PACKAGE);
afterAll(async () => {
  await Promise.all([replica?.stop(), primary?.stop()]);
  rmSync(directory, { recursive: true, force: true });
}, TIMEOUTS.STOP);

const write = (pod: LitefsPod, body: string) =>
  fetch(`${pod.url}/rows`, { method: 'POST', body, headers: { 'Content-Type': 'text/plain' } });

test('a write sent to the replica is done by the primary, and read on either pod with its token', async () => {
  const written = await write(replica, 'forwarded');
  expect([written.status, written.headers.get('Liteset-Role')]).toEqual([201, 'primary']);
  const { id } = (await written.json()) as { id: number };
  for (const [pod, role] of [
    [replica, 'replica'],
    [primary, 'primary'],
  ] as const) {
    const headers = { 'Liteset-Token': written.headers.get('Liteset-Token') ?? '' };
    const read = await fetch(`${pod.url}/rows/newest`, { headers });
    expect([await read.json(), read.headers.get('Liteset-Role')]).toEqual([{ id, text: 'forwarded' }, role]);
  }
});

test('programs that the library starts are found in the package', async () => {
  await write(primary, 'read aside');
  const [row] = (await (await fetch(`${primary.url}/rows/newest/aside`)).json()) as { text: string }[];
  expect(row?.text).toBe('read aside');
});

test('its command is there to be run', () => {
  const { status, stderr } = spawnSync(join(app, 'node_modules/.bin/liteset-switchover'), ['--help'], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([2, 'usage: liteset-switchover [pod]\n']);
});

test('the package has JavaScript with types, a licence and a page to read, and nothing of the example', () => {
  const files = readdirSync(join(app, 'node_modules/liteset'), { recursive: true, encoding: 'utf8' });
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/liteset.js', 'dist/liteset.d.ts']));
  expect(files.filter((file) => /(?<!\.d)\.ts$|invoice|lease/.test(file))).toEqual([]);
});

const imported = () => {
  const sources = readdirSync('app/liteset', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const names = sources.flatMap((file) =>
    [...readFileSync(join('app/liteset', file), 'utf8').matchAll(/(?:from |import\()'([^.'][^']*)'/g)].map(
      ([, name]) => name,
    ),
  );
  return [...new Set(names)].filter((name) => !name?.startsWith('node:')).sort();
};

test('it depends on what it imports, in the versions that are tested here', () => {
  const [own, root] = [readManifest('app/liteset/package.json'), readManifest('package.json')];
  const wanted = { ...own.dependencies, ...own.peerDependencies };
  expect(Object.keys(wanted).sort()).toEqual(imported());
  for (const [name, range] of Object.entries(wanted))
    expect([name, range]).toEqual([name, `^${root.dependencies[name]}`]);
  for (const key of ['version', 'license', 'engines']) expect(own[key]).toEqual(root[key]);
});
