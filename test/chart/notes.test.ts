import { CHART, helm, PATIENCE } from './helm.ts';

jest.setTimeout(PATIENCE);

/**
 * What Helm prints after an installation. Helm 3 wants a cluster for a dry run, so only Helm 4 is asked here; that Helm 3
 * can render the notes follows from `helm template`, which renders them and keeps them to itself.
 */
function notes(...sets: string[]): string {
  const args = ['install', 'invoices', CHART, '--namespace', 'billing', '--dry-run=client'];
  const { status, stdout, stderr } = helm('helm', ...args, ...sets.flatMap((set) => ['--set', set]));
  if (status !== 0) throw new Error(stderr);
  return stdout.slice(stdout.indexOf('NOTES:'));
}

test('the notes name the objects of the release in commands to copy', () => {
  const text = notes();
  expect(text).toContain('kubectl --namespace billing rollout status statefulset/invoices\n');
  expect(text).toContain('kubectl --namespace billing port-forward pod/invoices-0 8081:8080\n');
  expect(text).toContain('helm --namespace billing test invoices --logs\n');
  expect(text).toContain('3 pod(s), lease kubernetes,');
  expect(notes('lease.type=static')).toContain('(invoices-0 is the primary)');
  expect(text).not.toContain('WARNING');
});

test('the notes name what an application of yours can do, and nothing of the invoice service', () => {
  const text = notes('app.image.repository=a/b', 'app.command={x}', 'app.runAsUser=1000', 'app.databases[0].name=a');
  expect(text).toContain('kubectl --namespace billing port-forward pod/invoices-0 8081:20200\n');
  expect(text).toContain(
    'kubectl --namespace billing exec invoices-0 --container app -- /liteset/liteset exec -- <command>\n',
  );
  expect(text).toContain('--selector app.kubernetes.io/instance=invoices --label-columns liteset.dev/role\n');
  expect(text).not.toMatch(/8081:8080|\/api\/cluster|Look at the invoices/);
  expect(text).not.toContain('\n\n\n');
});

test('the notes say that the claims stay, and how to delete them', () => {
  expect(notes()).toContain(
    'helm uninstall leaves the databases, on their PersistentVolumeClaims. To delete them for good, after it:\n\n' +
      '  kubectl --namespace billing delete pvc --selector app.kubernetes.io/instance=invoices,app.kubernetes.io/name=liteset\n',
  );
});

test.each([
  [
    'claims that do not stay',
    ['persistence.retentionPolicy.whenDeleted=Delete'],
    'helm uninstall deletes the databases',
  ],
  [
    'a database that is not kept',
    ['persistence.enabled=false', 'replicaCount=1', 'lease.type=static'],
    'The database is gone with the pod',
  ],
  ['a service that is stopped', ['replicaCount=0'], 'replicaCount is 0'],
  [
    'acknowledgements that need every pod',
    ['replicaCount=2', 'replication.ackReplicas=1'],
    'every other pod has to acknowledge a write',
  ],
  ['containers that are privileged', ['fuse.mode=privileged'], 'the containers are root on their nodes'],
])('the notes warn of %s', (_, sets, warning) => {
  expect(notes(...sets)).toMatch(new RegExp(`WARNING: .*${warning}`));
});

test('the notes say nothing of acknowledgements that one pod more can give', () => {
  expect(notes('replication.ackReplicas=1')).not.toContain('WARNING');
  expect(notes('replicaCount=2', 'replication.ackReplicas=1', 'replication.ackPolicy=acknowledge')).not.toContain(
    'WARNING',
  );
});

test('the notes say what to look at when no pod appears', () => {
  expect(notes()).toMatch(
    /level `privileged`[^\n]*:\n\n {2}kubectl --namespace billing describe statefulset invoices\n/,
  );
});

test('the notes say where the Ingress and the HTTPRoute lead', () => {
  const hosts = ['ingress.hosts[0].host=a.example.com', 'ingress.hosts[0].paths[0].path=/x', 'httpRoute.enabled=true'];
  const text = notes('ingress.enabled=true', ...hosts);
  expect(text).toContain('  http://a.example.com/x\n');
  expect(text).toContain('kubectl --namespace billing get gateway gateway\n');
});

test('the notes say where the backup goes, what can be restored, and how to prove it now', () => {
  const text = notes('backup.enabled=true');
  expect(text).toContain('Every transaction goes to the claim invoices-backup. What can be restored:\n');
  expect(text).toContain("exec invoices-0 --container backup -- /program list -url 'file:///backup'\n");
  expect(text).toContain('create job --from=cronjob/invoices-backup-verify invoices-backup-verify-now\n');
  expect(notes('backup.enabled=true', 'backup.url=s3://b/c')).toContain('Every transaction goes to s3://b/c.');
  expect(notes()).not.toContain('Every transaction');
});
