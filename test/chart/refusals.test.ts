import { readFileSync } from 'node:fs';
import { HELMS, PATIENCE, template } from './helm.ts';

jest.setTimeout(PATIENCE);

const refusal = (version: (typeof HELMS)[number], ...args: string[]) => {
  const { status, stderr } = template(version, ...args);
  return { status, stderr: stderr.replaceAll('/', '.') };
};

/** The least that has to be said of an application of yours. */
const YOURS = ['app.image.repository=a/b', 'app.command={x}', 'app.runAsUser=1000', 'app.databases[0].name=a'];

describe.each(HELMS)('%s refuses, by the name of the value,', (version) => {
  test.each([
    ['a wrong type: text for a number', 'replicaCount=three', 'replicaCount'],
    ['a wrong type: a number for text', 'lease.consul.ttl=15', 'lease.consul.ttl'],
    ['a wrong type: text for a boolean', 'ingress.enabled=yes', 'ingress.enabled'],
    ['a wrong type: text for a list', 'extraEnv=A', 'extraEnv'],
    ['a wrong type: a list item that is none', 'tolerations={a,b}', 'tolerations.0'],
    ['a wrong type: a number for an annotation', 'podAnnotations.a=1', 'podAnnotations.a'],
    ['a wrong type: text for a map', 'app=fast', 'app'],
    ['a fraction', 'replicaCount=1.5', 'replicaCount'],
    ['a word that is none of the known ones', 'lease.type=etcd', 'lease.type'],
    ['another mode of FUSE', 'fuse.mode=hostPath', 'fuse.mode'],
    ['a pattern: a size', 'persistence.size=1Zi', 'persistence.size'],
    ['a pattern: no size at all', 'persistence.size=0', 'persistence.size'],
    ['a pattern: a duration', 'litefs.retention=ten minutes', 'litefs.retention'],
    ['a pattern: a TTL that Consul would refuse', 'lease.consul.ttl=9s', 'lease.consul.ttl'],
    ['a pattern: credentials in a URL', 'lease.consul.url=http://:secret@consul:8500', 'lease.consul.url'],
    ['a pattern: what LiteFS would expand', 'lease.consul.key=a/$HOME', 'lease.consul.key'],
    ['a pattern: a digest', 'image.digest=sha256:abc', 'image.digest'],
    [
      'a pattern: a host with a port',
      'ingress.hosts[0].host=a:80,ingress.hosts[0].paths[0].path=/',
      'ingress.hosts.0.host',
    ],
    ['a pattern: a path', 'ingress.hosts[0].paths[0].path=api', 'ingress.hosts.0.paths.0.path'],
    ['a range: less than no pods', 'replicaCount=-1', 'replicaCount'],
    ['a pattern: a label', 'podLabels.a=b c', 'podLabels.a'],
    ['a pattern: the name of a label', 'commonLabels.a b=c', 'commonLabels'],
    ['a pattern: the name of a Secret', 'backup.existingSecret=a..b', 'backup.existingSecret'],
    ['a pattern: a name that is no Service', 'fullnameOverride=1a', 'fullnameOverride'],
    ['a pattern: an address for a host', 'ingress.hosts[0].host=1.2.3.4', 'ingress.hosts.0.host'],
    ['a pattern: a share of more than all', 'podDisruptionBudget.maxUnavailable=101%', 'maxUnavailable'],
    ['a pattern: a minute that no hour has', 'backup.verify.schedule=60 * * * *', 'backup.verify.schedule'],
    ['a pattern: an amount of memory', 'resources.limits.memory=lots', 'resources.limits.memory'],
    [
      'a volume of two sources',
      'extraVolumes[0].name=a,extraVolumes[0].emptyDir={},extraVolumes[0].csi={}',
      'extraVolumes',
    ],
    ['a variable without a name', 'extraEnv[0].value=a', 'extraEnv.0'],
    ['a user that LiteFS cannot be', 'podSecurityContext.runAsUser=1000', 'podSecurityContext'],
    ['a range: a lease that no LiteFS can keep', 'lease.kubernetes.seconds=2', 'lease.kubernetes.seconds'],
    ['a range: a port', 'service.port=65536', 'service.port'],
    ['a range: a negative time', 'app.readWaitMs=-1', 'app.readWaitMs'],
    ['a range: an empty list', 'persistence.accessModes=', 'persistence.accessModes'],
    ['an unknown value at the top', 'replicas=3', 'replicas'],
    ['an unknown value further down', 'lease.consul.tll=15s', 'tll'],
    ['an unknown value in a list', 'ingress.tls[0].host=a', 'host'],
    ['a pattern: a password in the URL of the store', 'backup.url=sftp://me:secret@host/path', 'backup.url'],
    ['a pattern: credentials in the URL of a bucket', 'backup.url=s3://AKIA0:secret@bucket/path', 'backup.url'],
    ['a pattern: a store of no known kind', 'restore.url=ftp://host/path', 'restore.url'],
    ['a pattern: a day without a time', 'restore.timestamp=2026-01-31', 'restore.timestamp'],
    ['a pattern: a transaction as a decimal number', 'restore.txid=1234', 'restore.txid'],
    ['a pattern: a schedule', 'backup.verify.schedule=nightly', 'backup.verify.schedule'],
    ['a claim for a single pod', 'backup.persistence.accessModes={ReadWriteOncePod}', 'backup.persistence.accessModes'],
    ['a missing value', 'persistence.size=null', 'size'],
    ['a missing group of values', 'lease.consul=null', 'consul'],
  ])('%s: %s', (_, set, name) => {
    const { status, stderr } = refusal(version, '--set', set);
    expect(status).not.toBe(0);
    expect(stderr).toContain("values don't meet the specifications of the schema");
    expect(stderr).toMatch(new RegExp(`\\b${name.replaceAll('.', '\\.')}\\b`));
  });

  test.each([
    ['Consul without an address', ['lease.type=consul'], 'lease.consul.url is missing'],
    [
      'a key in the URL of the store',
      ['backup.url=s3://bucket/path?region=a&sseCustomerKey=AAAA'],
      'backup.url has a key or a password in it',
    ],
    [
      'a key in the URL that is restored from',
      ['restore.url=s3://bucket/path?sse-customer-key=$AAAA'],
      'restore.url has a key or a password in it',
    ],
    ['copies that are not kept', ['persistence.enabled=false'], 'persistence.enabled is false, but replicaCount is 3'],
    [
      'an empty pod that could never become primary again',
      ['persistence.enabled=false', 'replicaCount=1'],
      'persistence.enabled is false, but lease.type is kubernetes',
    ],
    [
      'draining longer than there is time',
      ['drainSeconds=45'],
      'drainSeconds (45) must be less than terminationGracePeriodSeconds (45)',
    ],
    [
      'more acknowledgements than replicas',
      ['replication.ackReplicas=3'],
      'replication.ackReplicas is 3, but replicaCount is 3',
    ],
    [
      'a switchover that takes longer than a write waits',
      ['switchover.timeoutMs=10000'],
      'switchover.timeoutMs (10000) must be less than app.primaryWaitMs (10000)',
    ],
    [
      'no pods, and no claims that would be kept',
      ['replicaCount=0', 'persistence.retentionPolicy.whenScaled=Delete'],
      'every copy of the database would be deleted',
    ],
    ['a label of the chart', ['podLabels.helm\\.sh/chart=x'], 'podLabels must not set helm.sh/chart'],
    ['an annotation of the chart', ['podAnnotations.checksum/config=x'], 'podAnnotations must not set checksum/config'],
    ['a variable twice', ['extraEnv[0].name=A', 'extraEnv[1].name=A'], 'extraEnv has the name A twice'],
    [
      'a volume of the chart',
      ['extraVolumes[0].name=data', 'extraVolumes[0].emptyDir.medium=Memory'],
      'extraVolumes has the name data twice, or the chart uses the name itself',
    ],
    [
      'a path of the chart',
      ['extraVolumeMounts[0].name=tmp', 'extraVolumeMounts[0].mountPath=/tmp'],
      'extraVolumeMounts has the mountPath /tmp twice, or the chart uses the mountPath itself',
    ],
    [
      'a mount of nothing',
      ['extraVolumeMounts[0].name=a', 'extraVolumeMounts[0].mountPath=/a'],
      'extraVolumeMounts names the volume a, which is not in extraVolumes',
    ],
    [
      'a request that is more than the limit',
      ['resources.limits.memory=0.1Gi'],
      'resources.requests.memory (128Mi) is more than resources.limits.memory (0.1Gi)',
    ],
    ['a port on nodes without NodePort', ['service.nodePort=30080'], 'service.nodePort and'],
    ['a class without a load balancer', ['service.loadBalancerClass=a/b'], 'service.loadBalancerClass and'],
    ['two families in a single stack', ['service.ipFamilies={IPv4,IPv6}'], 'set service.ipFamilyPolicy to'],
    [
      'a path that only the controller understands',
      ['ingress.enabled=true', 'ingress.hosts[0].paths[0].path=/a//b'],
      'ingress.hosts has the path /a//b',
    ],
    [
      'an image of yours, and no command',
      ['app.image.repository=a/b'],
      'app.command is missing: app.image.repository (a/b)',
    ],
    [
      'an image of yours, and no user',
      ['app.image.repository=a/b', 'app.command={x}'],
      'app.runAsUser is missing: app.image.repository (a/b)',
    ],
    [
      'an image of yours, and no database',
      ['app.image.repository=a/b', 'app.command={x}', 'app.runAsUser=1000'],
      'app.databases is missing: app.image.repository (a/b)',
    ],
    ...['0', 'root', '10001'].map((user): [string, string[], string] => [
      `an application of yours as ${user}`,
      [...YOURS, `app.runAsUser=${user}`],
      `app.runAsUser is ${user}: root, and Liteset's own user 10001, may read the volume of LiteFS`,
    ]),
    ['a port of Liteset', [...YOURS, 'app.port=20202'], 'app.port is 20202, on which Liteset listens itself'],
    [
      'a backup of two databases',
      [...YOURS, 'app.databases[1].name=b', 'backup.enabled=true'],
      'backup and restore know one database, and app.databases has 2',
    ],
    ['a database twice', [...YOURS, 'app.databases[1].name=a'], 'app.databases has the name a twice'],
    [
      'a worker twice',
      [...YOURS, ...[0, 1].flatMap((i) => [`app.workers[${i}].name=w`, `app.workers[${i}].command={x}`])],
      'app.workers has the name w twice',
    ],
    [
      'less time to stop than the application may take',
      [...YOURS, 'app.stopSeconds=30', 'app.primaryWaitMs=60000'],
      'terminationGracePeriodSeconds (45) must be more than drainSeconds (5), app.stopSeconds (30) and 10 s for LiteFS',
    ],
    [
      'an application that takes longer to stop than a request waits',
      [...YOURS, 'app.stopSeconds=25'],
      'app.primaryWaitMs (30000) must be more than switchover.timeoutMs (5000) and app.stopSeconds (25) together',
    ],
    [
      'a command of nothing',
      ['app.command={x}'],
      'app.command is for an application of yours, but app.image.repository is empty',
    ],
    [
      'a variable of the agent',
      [...YOURS, 'extraEnv[0].name=POD_NAME', 'extraEnv[0].value=x'],
      'extraEnv must not set POD_NAME',
    ],
    ['a variable of the chart', ['extraEnv[0].name=PORT', 'extraEnv[0].value=x'], 'extraEnv must not set PORT'],
    [
      'annotations of nothing',
      ['serviceAccount.create=false', 'serviceAccount.annotations.a=b'],
      'serviceAccount.annotations are for a ServiceAccount that the chart creates',
    ],
    [
      'two places to stop at',
      ['restore.txid=00000000000004d2', 'restore.timestamp=2026-01-31T08:00:00Z'],
      'restore.txid (00000000000004d2) and restore.timestamp (2026-01-31T08:00:00Z) each say where to stop',
    ],
    ['a restore from nowhere', ['restore.enabled=true'], 'there is nothing to restore from: set restore.url'],
    [
      'a variable of the backup container',
      ['backup.extraEnv[0].name=POD_UID', 'backup.extraEnv[0].value=x'],
      'backup.extraEnv must not set POD_UID',
    ],
  ])('what cannot work together: %s', (_, sets, message) => {
    const { status, stderr } = template(version, ...sets.flatMap((set) => ['--set', set]));
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(message) });
  });

  test('a Kubernetes older than the oldest that we test with', () => {
    const [, oldest] = /^KUBERNETES_OLDEST_VERSION=v(1\.\d+)\./m.exec(readFileSync('hack/versions.env', 'utf8')) ?? [];
    expect(template(version, '--kube-version', '1.33.9').stderr).toContain(`>=${oldest}.0-0`);
    expect(template(version, '--kube-version', `${oldest}.0`).status).toBe(0);
  });
});
