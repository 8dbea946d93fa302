import { extras } from './extras.ts';
import { pods } from './pods.ts';
import { yourApplication } from './your-application.ts';

/** Right values, by path, where the schema alone does not tell any. */
export const samples: Readonly<Record<string, readonly unknown[]>> = {
  ...pods,
  ...extras,
  ...yourApplication,
  fullnameOverride: ['', 'a', 'true', 'billing', 'a'.repeat(52), 'b'.repeat(53), 'c'.repeat(200), 'x-primary'],
  nameOverride: ['', '123', 'true', 'Billing_1.x', 'a'.repeat(63)],
  commonLabels: [{}, { team: 'a' }, { team: '1', 'example.com/on': 'true', 'a.b/c': '' }],
  podLabels: [{}, { team: 'b' }, { 'azure.workload.identity/use': 'true' }],
  podAnnotations: [{}, { a: 'é\n"x": {{ y }}' }, { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' }],
  'podMonitor.labels': [{ release: 'prometheus' }],
  'podMonitor.interval': ['15s'],
  'service.annotations': [{ 'example.com/a': '1' }],
  'service.ipFamilies': [[], ['IPv4'], ['IPv6'], ['IPv6', 'IPv4']],
  'service.loadBalancerClass': ['', 'service.k8s.aws/nlb', 'internal'],
  'service.loadBalancerSourceRanges': [[], ['10.0.0.0/8', '2001:db8::/32']],
  'service.nodePort': [0, 30_000, 32_767],
  'ingress.annotations': [{ 'nginx.ingress.kubernetes.io/rewrite-target': '/$1' }],
  'ingress.className': ['', 'nginx'],
  'ingress.hosts': [
    [{ host: 'a.example.com', paths: [{ path: '/a' }, { path: '/b(/|$)(.*)', pathType: 'ImplementationSpecific' }] }],
    [
      { host: '', paths: [{}] },
      { host: '*.example.com', paths: [{ path: '/x', pathType: 'Exact' }] },
    ],
    [{ paths: [{ path: '/é' }] }],
  ],
  'ingress.tls': [[], [{ secretName: 'tls', hosts: ['a.example.com', '*.b.example.com'] }], [{ hosts: ['a'] }]],
  'persistence.size': ['1Gi', '1.5Gi', '10G', '1e9', 1_073_741_824, '0.5Ti', '.5Gi', '007Mi', '1E'],
  'persistence.storageClass': ['', 'fast', '123'],
  'persistence.accessModes': [['ReadWriteOnce'], ['ReadWriteMany', 'ReadWriteOnce']],
  'persistence.annotations': [{ 'example.com/a': 'b' }],
  'podDisruptionBudget.maxUnavailable': [1, 2, '34%', '100%'],
  'podDisruptionBudget.minAvailable': ['', 0, 1, '50%'],
  updateStrategy: [{}, { type: 'OnDelete' }, { rollingUpdate: { partition: 1 } }, { type: 'RollingUpdate' }],
  imagePullSecrets: [[], [{ name: 'a' }, { name: 'b.c' }]],
  'image.repository': ['liteset', 'registry.example.com:5000/team/liteset'],
  'image.tag': ['', '1.2', '1e3', 'v1'],
  'image.digest': ['', `sha256:${'0'.repeat(64)}`],
  'networkPolicy.extraIngress': [
    [
      {
        from: [{ namespaceSelector: { matchLabels: { a: 'b' } }, podSelector: {} }],
        ports: [{ port: 1, endPort: 2 }, { port: 'http' }],
      },
      { from: [{ ipBlock: { cidr: '10.0.0.0/8' } }, { ipBlock: { cidr: 'fd00::/8' } }] },
    ],
  ],
  'fuse.resourceName': ['smarter-devices/fuse', 'example.com/fuse'],
  'lease.consul.url': ['http://consul:8500', 'https://c.example.com/x'],
  'lease.consul.key': ['', '123', 'a/b'],
  'lease.consul.ttl': ['10s', '1m'],
  'backup.url': ['', 's3://b/c?region=x', 'sftp://me:$(PASSWORD)@h/p'],
  'backup.verify.schedule': ['@daily', '*/5 1,2 1-15 * mon-fri', '0 3 * * *'],
  'backup.extraEnv': [[{ name: 'A', value: '1' }]],
  'backup.persistence.size': ['10Gi', 1e10],
  'restore.url': ['', 's3://b/c'],
  'restore.timestamp': ['', '2026-01-31T08:00:00Z'],
  'serviceAccount.annotations': [{ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' }],
  'resources.requests': [{}, { cpu: 1, memory: '64Mi' }, { 'ephemeral-storage': '1Gi' }],
  'resources.limits': [{}, { cpu: '1500m', memory: 1e9, 'example.com/gpu': 1 }],
  global: [{ a: { b: null } }],
};
/** A value that is not tried: no such kind is there on an API server alone. */
export const LEFT_OUT = /^(httpRoute|podMonitor\.enabled)/;
