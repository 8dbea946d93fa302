import { at, type KubernetesObject, the } from './helm.ts';
import { environment } from './invariants.ts';

type Objects = readonly KubernetesObject[];
const set = (all: Objects, path: string) => at(the(all, 'StatefulSet'), `spec.${path}`);
const pod = (all: Objects, path: string) => set(all, `template.spec.${path}`);
const app = (all: Objects, path: string) => pod(all, `containers.0.${path}`);
const kinds = (all: Objects) => all.map(({ kind }) => kind).sort();
const named = (list: unknown, name: string) =>
  (list as { name: string }[] | undefined)?.find((entry) => entry.name === name);

/** What each file in test/chart/values means. */
export const meanings: Readonly<Record<string, (all: Objects) => void>> = {
  defaults(all) {
    expect(kinds(all)).toEqual([
      'ConfigMap',
      'ConfigMap',
      'NetworkPolicy',
      'Pod',
      'PodDisruptionBudget',
      'Service',
      'Service',
      'ServiceAccount',
      'StatefulSet',
    ]);
    expect(set(all, 'replicas')).toBe(3);
    expect(set(all, 'podManagementPolicy')).toBe('Parallel');
    expect(set(all, 'serviceName')).toBe('invoices-headless');
    expect(the(all, 'Service', 'invoices-headless')).toMatchObject({
      spec: { clusterIP: 'None', publishNotReadyAddresses: true },
    });
    expect(the(all, 'Service', 'invoices')).toMatchObject({ spec: { ports: [{ port: 80, targetPort: 'http' }] } });
    expect(set(all, 'persistentVolumeClaimRetentionPolicy')).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
    expect(pod(all, 'hostUsers')).toBe(false);
    expect(pod(all, 'securityContext')).toEqual({ seccompProfile: { type: 'RuntimeDefault' } });
    expect(app(all, 'securityContext')).toEqual({
      readOnlyRootFilesystem: true,
      appArmorProfile: { type: 'Unconfined' },
      capabilities: {
        drop: ['ALL'],
        add: ['SYS_ADMIN', 'SETUID', 'SETGID', 'SETPCAP', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
      },
    });
    expect(app(all, 'resources')).toEqual({
      requests: { cpu: '50m', memory: '128Mi' },
      limits: { memory: '512Mi', 'smarter-devices/fuse': 1 },
    });
    expect(app(all, 'lifecycle.preStop.exec.command')).toEqual(['sleep', '3']);
    expect(environment(all)).toMatchObject({
      PEERS: 'invoices-headless.invoices.svc',
      PRIMARY_WAIT_MS: '10000',
      READ_WAIT_MS: '1000',
      SAMPLE_INVOICES: '412',
      BODY_LIMIT: '100kb',
      TRUST_PROXY: '0',
    });
    expect(the(all, 'PodDisruptionBudget')).toMatchObject({ spec: { maxUnavailable: 1 } });
    const pods = { podSelector: { matchLabels: set(all, 'selector.matchLabels') } };
    expect(at(the(all, 'NetworkPolicy'), 'spec.ingress')).toEqual([
      { ports: [{ port: 8080 }] },
      { from: [pods], ports: [{ port: 20202 }] },
    ]);
    expect(pod(all, 'topologySpreadConstraints')).toMatchObject([{ whenUnsatisfiable: 'ScheduleAnyway' }]);
    expect(named(at(the(all, 'Pod'), 'spec.containers.0.env'), 'PODS')).toMatchObject({
      value: [0, 1, 2].map((index) => `http://invoices-${index}.invoices-headless.invoices.svc:8080`).join(' '),
    });
    expect(at(the(all, 'ConfigMap', 'invoices-test'), 'data')).toEqual({
      'replication.mjs': expect.stringMatching(/^\/\/ Run by `helm test`[\s\S]*process\.exitCode = 1;\n\}\);\n$/),
    });
  },
  kind(all) {
    expect(set(all, 'replicas')).toBe(5);
    expect(app(all, 'image')).toBe('liteset:dev');
    expect(app(all, 'imagePullPolicy')).toBe('Never');
    expect(environment(all)).toMatchObject({ SAMPLE_INVOICES: '100000', PRIMARY_WAIT_MS: '600000', BODY_LIMIT: '1mb' });
    expect(the(all, 'Ingress')).toMatchObject({ spec: { ingressClassName: 'traefik', rules: [{ host: '' }] } });
  },
  consul(all) {
    expect(environment(all)['CONSUL_HTTP_TOKEN_FILE']).toBe('/etc/litefs-consul/token');
    expect(named(pod(all, 'volumes'), 'consul-token')).toMatchObject({
      secret: { secretName: 'consul-acl', defaultMode: 0o400, items: [{ key: 'litefs-token', path: 'token' }] },
    });
    expect(litefs(all)).toMatch(/retention: "1h"[\s\S]*candidate: true[\s\S]*ttl: "15s"\n *lock-delay: "2s"\n/);
    expect(litefs(all)).toContain('url: "https://consul.example.com:8501/liteset"');
  },
  'consul-own-key'(all) {
    expect(litefs(all)).toContain('key: "teams/billing/invoices"');
    expect(named(pod(all, 'volumes'), 'consul-token')).toBeUndefined();
    expect(environment(all)).not.toHaveProperty('CONSUL_HTTP_TOKEN_FILE');
  },
  privileged(all) {
    expect(app(all, 'securityContext')).toEqual({ readOnlyRootFilesystem: true, privileged: true });
    expect(pod(all, 'hostUsers')).toBeUndefined();
    expect(app(all, 'resources.limits')).toEqual({ memory: '512Mi' });
  },
  single(all) {
    expect(set(all, 'replicas')).toBe(1);
    expect(set(all, 'volumeClaimTemplates')).toBeUndefined();
    expect(named(pod(all, 'volumes'), 'data')).toEqual({ name: 'data', emptyDir: {} });
  },
  device(all) {
    expect(app(all, 'resources')).toEqual({
      requests: { cpu: 1, memory: '1Gi' },
      limits: { cpu: '1500m', memory: '2Gi', 'example.com/fuse': 1 },
    });
    expect(app(all, 'securityContext.appArmorProfile')).toEqual({ type: 'RuntimeDefault' });
  },
  ingress(all) {
    const backend = { service: { name: 'invoices', port: { name: 'http' } } };
    expect(at(the(all, 'Ingress'), 'spec')).toEqual({
      tls: [{ secretName: 'invoices-tls', hosts: ['invoices.example.com'] }],
      rules: [
        {
          host: 'invoices.example.com',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend },
              { path: '/api', pathType: 'Exact', backend },
            ],
          },
        },
        { host: '*.example.org', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } },
      ],
    });
    expect(the(all, 'Ingress').metadata.annotations).toEqual({ 'cert-manager.io/cluster-issuer': 'letsencrypt' });
    expect(the(all, 'Service', 'invoices')).toMatchObject({
      metadata: { annotations: { 'example.com/a': '1' } },
      spec: { type: 'NodePort', ports: [{ port: 8000, targetPort: 'http' }] },
    });
  },
  gateway(all) {
    const backendRefs = [{ name: 'invoices', port: 80 }];
    expect(at(the(all, 'HTTPRoute'), 'spec')).toEqual({
      parentRefs: [{ name: 'public', namespace: 'gateways', sectionName: 'web' }],
      hostnames: ['invoices.example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/api' } }],
          filters: [
            { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-from', value: 'gateway' }] } },
          ],
          backendRefs,
        },
        { backendRefs },
      ],
    });
  },
  storage(all) {
    expect(set(all, 'persistentVolumeClaimRetentionPolicy')).toEqual({ whenDeleted: 'Delete', whenScaled: 'Delete' });
    expect(set(all, 'volumeClaimTemplates.0')).toMatchObject({
      metadata: { annotations: { 'example.com/backup': 'no' }, labels: set(all, 'selector.matchLabels') },
      spec: {
        accessModes: ['ReadWriteOncePod'],
        storageClassName: 'fast',
        resources: { requests: { storage: '20Gi' } },
      },
    });
  },
  names(all) {
    expect(the(all, 'StatefulSet').metadata.name).toBe('a-name-that-is-much-longer-than-what-kubernetes-has');
    expect(set(all, 'selector.matchLabels')).toEqual({
      'app.kubernetes.io/name': 'billing',
      'app.kubernetes.io/instance': 'invoices',
    });
    for (const { metadata } of all)
      expect(metadata.labels).toMatchObject({ team: 'billing', 'example.com/cost-centre': '4711' });
    expect(app(all, 'image')).toMatch(/^registry\.example\.com:5000\/team\/liteset@sha256:[0-9a-f]{64}$/);
    expect(pod(all, 'serviceAccountName')).toBe('billing-pods');
    expect(the(all, 'ServiceAccount', 'billing-pods')).toMatchObject({
      automountServiceAccountToken: false,
      metadata: { annotations: { 'example.com/role': 'reader' } },
    });
  },
  extras(all) {
    expect(set(all, 'template.metadata.annotations')).toMatchObject({ 'example.com/on': 'on' });
    expect(set(all, 'template.metadata.labels')).toMatchObject({ 'example.com/tier': 'data' });
    expect(pod(all, 'imagePullSecrets')).toEqual([{ name: 'pull-secret' }]);
    expect(pod(all, 'securityContext')).toMatchObject({ fsGroupChangePolicy: 'OnRootMismatch' });
    expect(environment(all)).toMatchObject({ TZ: 'Europe/Berlin' });
    expect(app(all, 'envFrom')).toEqual([{ configMapRef: { name: 'more', optional: true } }]);
    expect(named(app(all, 'volumeMounts'), 'scratch')).toEqual({ name: 'scratch', mountPath: '/scratch' });
    expect(named(pod(all, 'volumes'), 'scratch')).toEqual({ name: 'scratch', emptyDir: { sizeLimit: '1Gi' } });
    expect(pod(all, 'containers.1')).toMatchObject({ name: 'helper' });
    expect(pod(all, 'nodeSelector')).toEqual({ 'kubernetes.io/os': 'linux' });
    expect(pod(all, 'tolerations')).toHaveLength(1);
    expect(pod(all, 'affinity')).toHaveProperty('podAntiAffinity');
    expect(pod(all, 'topologySpreadConstraints')).toMatchObject([{ topologyKey: 'topology.kubernetes.io/zone' }]);
    expect(pod(all, 'priorityClassName')).toBe('system-cluster-critical');
    expect(pod(all, 'terminationGracePeriodSeconds')).toBe(90);
    expect(set(all, 'updateStrategy')).toEqual({ type: 'OnDelete' });
    expect(app(all, 'startupProbe')).toEqual({
      httpGet: { path: '/livez', port: 'http' },
      periodSeconds: 5,
      timeoutSeconds: 2,
      failureThreshold: 10000,
    });
    expect(app(all, 'livenessProbe')).toMatchObject({ httpGet: { path: '/livez' }, timeoutSeconds: 7 });
    expect(app(all, 'readinessProbe')).toMatchObject({ httpGet: { path: '/readyz' }, failureThreshold: 1 });
    expect(at(the(all, 'NetworkPolicy'), 'spec.ingress')).toHaveLength(3);
    expect(the(all, 'PodDisruptionBudget')).toMatchObject({ spec: { maxUnavailable: 2 } });
  },
  monitoring(all) {
    expect(the(all, 'PodMonitor')).toMatchObject({
      metadata: { labels: { release: 'prometheus', 'app.kubernetes.io/instance': 'invoices' } },
      spec: {
        selector: { matchLabels: set(all, 'selector.matchLabels') },
        podMetricsEndpoints: [{ port: 'http', path: '/metrics', interval: '15s' }],
      },
    });
  },
  bare(all) {
    expect(kinds(all)).toEqual(['ConfigMap', 'ConfigMap', 'Pod', 'Service', 'Service', 'StatefulSet']);
    expect(pod(all, 'serviceAccountName')).toBe('default');
    expect(app(all, 'lifecycle')).toBeUndefined();
    expect(app(all, 'resources')).toEqual({ limits: { 'smarter-devices/fuse': 1 } });
  },
};

/** LiteFS's configuration, as text. */
export function litefs(all: Objects): string {
  const data = at(the(all, 'ConfigMap', the(all, 'StatefulSet').metadata.name), 'data');
  return (data as { 'litefs.yml': string })['litefs.yml'];
}
