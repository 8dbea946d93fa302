import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slow } from '../../lib/slow.ts';
import { at, helm, type KubernetesObject, render, TEMPLATE, the } from '../helm.ts';
import { ApiServer } from './api-server.ts';
import { namespacesOf } from './cases.ts';
import { fuzz } from './fuzz.ts';

const LONG = process.env['LITESET_LONG'] === '1';
const SEED = Number(process.env['LITESET_SEED'] ?? 1);
const CASES = LONG ? 5_000 : 200;
const namespaces = namespacesOf(SEED, LONG ? 60 : 12);

jest.setTimeout((LONG ? 7_200_000 : 300_000) * slow);

const directory = mkdtempSync(join(tmpdir(), 'liteset-chart-'));
const server = new ApiServer(directory);
beforeAll(() => server.start([...namespaces, 'sync-1', 'sync-2', 'old']));
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What the API server makes of an object that is applied. */
async function applied(namespace: string, object: KubernetesObject): Promise<KubernetesObject> {
  const { status, text } = await server.apply(namespace, object);
  expect({ status, text }).toEqual({ status: expect.any(Number), text: expect.stringContaining('"kind"') });
  if (status > 201) throw new Error(text);
  return JSON.parse(text) as KubernetesObject;
}

test('any values are refused by the name of one, or accepted whole', async () => {
  const { accepted, refused, faults } = await fuzz(server, SEED, CASES, namespaces);
  process.stderr.write(`values tried: ${accepted} accepted, ${refused} refused, from seed ${SEED}\n`);
  expect(faults.join('\n')).toBe('');
  expect(accepted + refused).toBe(CASES);
  expect(Math.min(accepted, refused)).toBeGreaterThan(CASES / 5);
});

/** Fields that were applied and read back differently, by path. */
function* differences(sent: unknown, kept: unknown, path: string): Generator<string> {
  if (typeof sent !== 'object' || sent === null) {
    if (sent !== kept) yield `${path} was ${JSON.stringify(sent)}, is ${JSON.stringify(kept)}`;
    return;
  }
  for (const [key, value] of Object.entries(sent))
    yield* differences(value, (kept as Record<string, unknown> | undefined)?.[key], `${path}.${key}`);
}

test.each([
  ['sync-1', 'service', 'extras'],
  ['sync-2', 'ingress', 'kubernetes'],
])('what GitOps tools compare is in sync, each field reads back as it was sent: %s', async (namespace, ...files) => {
  const values = files.flatMap((name) => ['--values', `test/chart/values/${name}.yaml`]);
  for (const object of render('helm', ...values).filter(({ kind }) => kind !== 'PodMonitor')) {
    const first = await applied(namespace, object);
    expect([...differences(object, first, object.kind)]).toEqual([]);
    const { metadata, ...again } = await applied(namespace, object);
    const { metadata: before, ...kept } = first;
    expect({ ...again, generation: at(metadata, 'generation') }).toEqual({
      ...kept,
      generation: at(before, 'generation'),
    });
  }
});

test('the claim template of the StatefulSet is exactly what is read back', async () => {
  const set = the(render('helm'), 'StatefulSet');
  const kept = await applied('invoices', set);
  expect(at(kept, 'spec.volumeClaimTemplates')).toEqual(at(set, 'spec.volumeClaimTemplates'));
});

test('a release that had another name for its StatefulSet keeps that name', async () => {
  const release = 'customer-portal-production-eu-central-1-for-billing1a';
  const online = [
    '--dry-run=server',
    '--is-upgrade',
    ...server.flags,
    '--namespace',
    'old',
    '--show-only',
    'templates/statefulset.yaml',
  ];
  const name = () => {
    const { stdout, stderr } = helm('helm', ...TEMPLATE, release, ...online);
    return /^ {2}name: "(.*)"$/m.exec(stdout)?.[1] ?? stderr;
  };
  expect(name()).toMatch(/^customer-portal-production-eu-central-1-for-[0-9a-f]{8}$/);

  const set = the(render('helm'), 'StatefulSet');
  const labels = (of: string) => ({ ...set.metadata.labels, 'app.kubernetes.io/instance': of });
  const old = (of: string) => ({ ...set, metadata: { name: release.slice(0, 52), labels: labels(of) } });
  await applied('old', old('another'));
  expect(name()).toMatch(/-[0-9a-f]{8}$/);
  await applied('old', old(release));
  expect(name()).toBe(release.slice(0, 52));
});
