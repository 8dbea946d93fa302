import { at, type KubernetesObject, the } from './helm.ts';
import { app, kinds, type Meanings, named, type Objects, pod, set } from './parts.ts';

/** An init container of the pods. */
const init = (all: Objects, name: string) => named(pod(all, 'initContainers'), name);
/** The pod of the verification. */
const verification = (all: Objects, path: string) =>
  at(the(all, 'CronJob'), `spec.jobTemplate.spec.template.spec.${path}`);
/** What follows a flag. */
const flag = (container: unknown, name: string): unknown => {
  const args = at(container, 'args') as string[];
  return args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
};
const mounts = (container: unknown) =>
  Object.fromEntries(
    (at(container, 'volumeMounts') as { name: string; readOnly?: boolean }[]).map((it) => [
      it.name,
      it.readOnly ?? false,
    ]),
  );
const rules = (all: Objects) => at(the(all, 'Role') as KubernetesObject, 'rules');

const leases = [
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: ['invoices-backup'],
    verbs: ['get', 'update', 'patch', 'create'],
  },
];
const events = [{ apiGroups: [''], resources: ['events'], verbs: ['create'] }];

/** What the files in test/chart/values mean: where the backup goes, who ships it, and what an empty cluster starts from. */
export const backupMeanings: Meanings = {
  backup(all) {
    expect((pod(all, 'initContainers') as { name: string }[]).map(({ name }) => name)).toEqual(['restore', 'backup']);
    expect(the(all, 'PersistentVolumeClaim', 'invoices-backup')).toMatchObject({
      // Kept on uninstall, and not found by those who delete the claims with the databases.
      metadata: {
        annotations: { 'helm.sh/resource-policy': 'keep', 'example.com/keep': 'yes' },
        labels: { 'app.kubernetes.io/name': 'liteset-backup', 'app.kubernetes.io/instance': 'invoices' },
      },
      spec: {
        accessModes: ['ReadWriteMany'],
        storageClassName: 'shared',
        resources: { requests: { storage: '20Gi' } },
      },
    });
    expect(named(pod(all, 'volumes'), 'backup')).toEqual({
      name: 'backup',
      persistentVolumeClaim: { claimName: 'invoices-backup' },
    });
    const stream = init(all, 'backup');
    expect(stream).toMatchObject({
      image: 'registry.example.com/liteset-backup:1.2',
      restartPolicy: 'Always',
      securityContext: { runAsNonRoot: true, runAsUser: 10001, capabilities: { drop: ['ALL'] } },
    });
    // Whether the backup works must not decide whether the pod is Ready.
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) expect(stream).not.toHaveProperty(probe);
    expect(mounts(stream)).toEqual({ data: true, 'backup-scratch': false, 'api-access': true, backup: false });
    expect(flag(stream, '-url')).toBe('file:///backup');
    expect(flag(stream, '-election')).toBe('lease');
    expect(flag(stream, '-identity')).toBe('$(POD_NAME)_$(POD_UID)');
    expect(flag(stream, '-lease-namespace')).toBe('invoices');
    expect(flag(stream, '-lease-name')).toBe('invoices-backup');
    expect(flag(stream, '-ordinal')).toBeUndefined();
    // As much as the claim of the database.
    expect(flag(stream, '-scratch-size')).toBe('1Gi');
    expect(named(pod(all, 'volumes'), 'backup-scratch')).toMatchObject({ emptyDir: { sizeLimit: '1Gi' } });
    expect(rules(all)).toEqual([...leases, ...events]);
    expect(the(all, 'RoleBinding')).toMatchObject({
      roleRef: { kind: 'Role', name: 'invoices' },
      subjects: [{ kind: 'ServiceAccount', name: 'invoices', namespace: 'invoices' }],
    });
    const restore = init(all, 'restore');
    expect(restore).toMatchObject({
      securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE'] } },
    });
    expect(restore).not.toHaveProperty('restartPolicy');
    expect(mounts(restore)).toEqual({ data: false, backup: true });
    expect(flag(restore, '-url')).toBe('file:///backup');
    expect(flag(restore, '-if-no-backup')).toBe('start');
    expect(verification(all, 'containers.0.args')).toEqual([
      'verify',
      ...['-url', 'file:///backup', '-scratch', '/tmp', '-scratch-size', '10Gi', '-record'],
      ...['-event', 'invoices/StatefulSet/invoices', '-log-level', 'info'],
    ]);
    expect(mounts(verification(all, 'containers.0'))).toEqual({ scratch: false, 'api-access': true, backup: false });
    expect(verification(all, 'imagePullSecrets')).toEqual([{ name: 'pull-secret' }]);
    expect(verification(all, 'nodeSelector')).toEqual({ 'kubernetes.io/os': 'linux' });
    expect(verification(all, 'tolerations')).toHaveLength(1);
    expect(at(the(all, 'CronJob'), 'spec')).toMatchObject({
      schedule: '0 3 * * *',
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: { backoffLimit: 0 } },
    });
    expect(at(the(all, 'NetworkPolicy'), 'spec.ingress.0')).toEqual({
      ports: [{ port: 8080 }, { port: 9091 }, { port: 9090 }],
    });
    expect(at(the(all, 'PodMonitor'), 'spec.podMetricsEndpoints')).toMatchObject([
      { port: 'status' },
      { port: 'backup' },
    ]);
  },
  'backup-s3'(all) {
    expect(kinds(all)).not.toContain('PersistentVolumeClaim');
    const stream = init(all, 'backup');
    expect(pod(all, 'initContainers')).toHaveLength(1);
    expect(at(stream, 'args')).toEqual([
      'stream',
      ...['-url', 's3://bucket/invoices?endpoint=https://s3.example.com:9000&sseCustomerKey=$$(SSE_KEY)'],
      ...['-data', '/var/lib/litefs', '-db', 'invoices.db', '-litefs', 'http://127.0.0.1:20202', '-metrics', ':9090'],
      ...['-sync-interval', '5s', '-restore-points', '10', '-retention', '720h', '-transaction-retention', '24h'],
      ...['-snapshot-interval', '12h', '-store-timeout', '30s', '-log-level', 'debug', '-scratch-size', '40Gi'],
      ...['-election', 'ordinal', '-identity', '$(POD_NAME)_$(POD_UID)', '-ordinal', '4'],
    ]);
    expect(named(pod(all, 'volumes'), 'backup-scratch')).toMatchObject({ emptyDir: { sizeLimit: '40Gi' } });
    // No Lease, no token.
    expect(mounts(stream)).toEqual({ data: true, 'backup-scratch': false });
    expect(rules(all)).toEqual(events);
    expect(stream).toMatchObject({ resources: { requests: { cpu: '100m' }, limits: { memory: '1Gi' } } });
    for (const container of [stream, verification(all, 'containers.0')]) {
      expect(at(container, 'envFrom')).toEqual([{ secretRef: { name: 's3-credentials' } }]);
      expect(named(at(container, 'env'), 'AWS_REGION')).toMatchObject({ value: 'eu-central-1' });
    }
    expect(named(verification(all, 'volumes'), 'scratch')).toMatchObject({ emptyDir: { sizeLimit: '50Gi' } });
    expect(at(the(all, 'CronJob'), 'spec')).toMatchObject({
      schedule: '@hourly',
      successfulJobsHistoryLimit: 0,
      failedJobsHistoryLimit: 9,
    });
    expect(app(all, 'envFrom')).toBeUndefined();
  },
  'backup-move'(all) {
    expect(kinds(all)).not.toContain('CronJob');
    expect(rules(all)).toEqual(leases);
    expect(the(all, 'RoleBinding')).toMatchObject({ subjects: [{ name: 'cloud-identity' }] });
    expect(flag(init(all, 'restore'), '-url')).toBe('gs://old-bucket/invoices');
    expect(flag(init(all, 'backup'), '-url')).toBe('s3://new-bucket/invoices');
    expect(at(init(all, 'restore'), 'envFrom')).toEqual([{ secretRef: { name: 'new-credentials' } }]);
    expect(set(all, 'selector.matchLabels')).toMatchObject({ 'app.kubernetes.io/name': 'billing' });
  },
  restore(all) {
    for (const kind of ['Role', 'CronJob', 'PersistentVolumeClaim']) expect(kinds(all)).not.toContain(kind);
    expect(pod(all, 'initContainers')).toHaveLength(1);
    expect(at(init(all, 'restore'), 'args')).toEqual([
      'seed',
      ...['-url', 'sftp://backup:$$(SFTP_PASSWORD)@files.example.com/srv/invoices', '-data', '/var/lib/litefs'],
      ...['-db', 'invoices.db', '-if-no-backup', 'fail', '-log-level', 'info'],
      ...['-timestamp', '2026-01-31T08:00:00.123+01:00', '-lineage', '0000019ab2c3d4e5'],
    ]);
    expect(at(init(all, 'restore'), 'envFrom')).toEqual([{ secretRef: { name: 'sftp' } }]);
    expect(mounts(init(all, 'restore'))).toEqual({ data: false });
    expect(at(the(all, 'NetworkPolicy'), 'spec.ingress.0')).toEqual({ ports: [{ port: 8080 }, { port: 9091 }] });
  },
  'restore-claim'(all) {
    expect(kinds(all)).not.toContain('PersistentVolumeClaim');
    expect(flag(init(all, 'restore'), '-txid')).toBe('00000000000004d2');
    expect(flag(init(all, 'restore'), '-url')).toBe('file:///backup');
    expect(named(pod(all, 'volumes'), 'backup')).toMatchObject({ persistentVolumeClaim: { claimName: 'old-backup' } });
  },
};
