import { at, helm, objects, PATIENCE, TEMPLATE, the } from './helm.ts';
import { violations } from './invariants.ts';

jest.setTimeout(PATIENCE);

function render(release: string, ...args: string[]) {
  const { status, stdout, stderr } = helm('helm', ...TEMPLATE, release, '--namespace', 'billing', ...args);
  if (status !== 0) throw new Error(stderr);
  return objects(stdout);
}
const nameOf = (release: string, ...args: string[]) => the(render(release, ...args), 'StatefulSet').metadata.name;
const LONGEST = 'customer-portal-production-eu-central-1-for-billing1a';

test.each([
  'x',
  'true',
  'null',
  '123',
  '1e3',
  '2026-01-01',
  'my.app',
  'a.1.b',
  'x-primary',
  LONGEST,
  LONGEST.slice(0, 39),
  LONGEST.slice(0, 52),
])('a release may be called %s, with a backup and without', (release) => {
  const all = render(release, '--set', 'backup.enabled=true');
  expect(violations(all)).toEqual([]);
  expect(the(all, 'CronJob').metadata.name.length).toBeLessThanOrEqual(52);
  expect(the(all, 'StatefulSet').metadata.name).toBe(nameOf(release));
  expect(the(all, 'StatefulSet').metadata.labels).toMatchObject({ 'app.kubernetes.io/instance': release });
});

test('a namespace may be called what YAML takes for a number', () => {
  const all = render('x', '--namespace', '1e3', '--set', 'backup.enabled=true');
  expect(at(the(all, 'RoleBinding'), 'subjects.0.namespace')).toBe('1e3');
  expect(violations(all)).toEqual([]);
});

test('a name that fits stays as it is', () => {
  for (const release of ['x', 'invoices', 'true', LONGEST.slice(0, 52)]) expect(nameOf(release)).toBe(release);
  const verify = (release: string) => the(render(release, '--set', 'backup.enabled=true'), 'CronJob').metadata.name;
  expect(verify('a'.repeat(38))).toBe(`${'a'.repeat(38)}-backup-verify`);
});

test('two releases never have the same names', () => {
  const releases = ['my-app', 'my.app', `${LONGEST.slice(0, 52)}b`, LONGEST, '1', 'liteset-1', 'x', 'x-primary'];
  const others = ['x-headless', 'x-backup', 'x-test', 'x-backup-verify', 'x-primary-headless', 'x-b'];
  const names = [...releases, ...others].flatMap((release) =>
    render(release, '--set', 'backup.enabled=true').map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  );
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  // Not made by the chart, but by the pods: the Lease of the backup, which no release's own Lease may be.
  const leases = names.filter((name) => name.startsWith('Lease '));
  const claims = names.filter((name) => name.startsWith('PersistentVolumeClaim ')).map((name) => name.split(' ')[1]);
  expect(claims.filter((name) => leases.includes(`Lease ${name}`))).toEqual([]);
});

test('a stopped service keeps its name, and the right to label its pods', () => {
  const stopped = render('x', '--set', 'replicaCount=0,backup.enabled=true,backup.election=ordinal');
  expect(at(the(stopped, 'StatefulSet'), 'spec.replicas')).toBe(0);
  const rules = at(the(stopped, 'Role'), 'rules') as { resources: string[]; resourceNames?: string[] }[];
  // An empty list would mean the pods of all releases.
  expect(rules.find(({ resources }) => `${resources}` === 'pods')?.resourceNames).toContain('x-0');
});

test('a label or an annotation that two values set is there once, and the narrower value wins', () => {
  const all = render('x', '--set', 'commonLabels.team=a,podLabels.team=b,backup.enabled=true');
  expect(the(all, 'StatefulSet').metadata.labels).toMatchObject({ team: 'a' });
  for (const path of ['spec.template', 'spec.jobTemplate.spec.template'])
    for (const object of all.filter((it) => at(it, path)))
      expect(at(object, `${path}.metadata.labels`)).toMatchObject({ team: 'b' });
});
