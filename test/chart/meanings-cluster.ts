import { at, the } from './helm.ts';
import { environment } from './invariants.ts';
import { app, kinds, litefs, type Meanings, named, pod, set } from './parts.ts';

/** What the files in test/chart/values mean: who is primary, how LiteFS mounts and where the data is. */
export const clusterMeanings: Meanings = {
  defaults(all) {
    expect(kinds(all)).toEqual([
      'ConfigMap',
      'ConfigMap',
      'Lease',
      'NetworkPolicy',
      'Pod',
      'PodDisruptionBudget',
      'Role',
      'RoleBinding',
      'Service',
      'Service',
      'Service',
      'ServiceAccount',
      'StatefulSet',
    ]);
    expect(set(all, 'replicas')).toBe(3);
    expect(app(all, 'command')).toEqual(expect.arrayContaining(['-sidecar', 'http://127.0.0.1:8500', '--', 'litefs']));
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
        add: ['SYS_ADMIN', 'SETUID', 'SETGID', 'SETPCAP', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL'],
      },
    });
    expect(app(all, 'resources')).toEqual({
      requests: { cpu: '50m', memory: '128Mi' },
      limits: { memory: '512Mi', 'smarter-devices/fuse': '1' },
    });
    expect(app(all, 'lifecycle.preStop.exec.command')).toEqual(['sleep', '5']);
    expect(environment(all)).toMatchObject({
      PEERS: 'invoices-headless.invoices.svc',
      PRIMARY_WAIT_MS: '10000',
      READ_WAIT_MS: '1000',
      READ_CACHE_BYTES: '33554432',
      SAMPLE_INVOICES: '412',
      BODY_LIMIT: '100kb',
      KEEP_ALIVE_SECONDS: '3660',
      TOKEN_COOKIE: 'liteset-token.invoices.invoices',
      STATUS_PORT: '9091',
      TRUST_PROXY: '0',
      WAITING_BYTES: '67108864',
      SWITCHOVER: 'true',
      FENCE_URL: 'http://127.0.0.1:8500/fence',
      ACK_REPLICAS: '0',
    });
    expect(the(all, 'PodDisruptionBudget')).toMatchObject({ spec: { maxUnavailable: 1 } });
    const pods = { podSelector: { matchLabels: set(all, 'selector.matchLabels') } };
    expect(at(the(all, 'NetworkPolicy'), 'spec.ingress')).toEqual([
      { ports: [{ port: 8080 }, { port: 9091 }, { port: 8501 }] },
      { from: [pods], ports: [{ port: 20202 }, { port: 20203 }] },
    ]);
    expect(pod(all, 'topologySpreadConstraints')).toMatchObject([{ whenUnsatisfiable: 'ScheduleAnyway' }]);
    expect(named(at(the(all, 'Pod'), 'spec.containers.0.env'), 'PODS')).toMatchObject({
      value: [0, 1, 2].map((index) => `http://invoices-${index}.invoices-headless.invoices.svc:8080`).join(' '),
    });
    expect(at(the(all, 'ConfigMap', 'invoices-test'), 'data')).toEqual({
      'replication.mjs': expect.stringMatching(/^\/\/ Run by `helm test`[\s\S]*process\.exitCode = 1;\n\}\);\n$/),
    });
  },
  bare(all) {
    expect(kinds(all)).toEqual(['ConfigMap', 'ConfigMap', 'Pod', 'Service', 'Service', 'StatefulSet']);
    expect(pod(all, 'serviceAccountName')).toBe('default');
    expect(app(all, 'lifecycle')).toBeUndefined();
    expect(app(all, 'resources')).toEqual({ limits: { 'smarter-devices/fuse': '1' } });
  },
  static(all) {
    for (const kind of ['Lease', 'Role', 'RoleBinding']) expect(kinds(all)).not.toContain(kind);
    expect(pod(all, 'initContainers')).toBeUndefined();
    expect(environment(all)['SWITCHOVER']).toBe('false');
    expect(environment(all)).not.toHaveProperty('FENCE_URL');
    expect(at(the(all, 'NetworkPolicy'), 'spec.ingress.0')).toEqual({ ports: [{ port: 8080 }, { port: 9091 }] });
  },
  single(all) {
    expect(set(all, 'replicas')).toBe(1);
    expect(set(all, 'volumeClaimTemplates')).toBeUndefined();
    expect(named(pod(all, 'volumes'), 'data')).toEqual({ name: 'data', emptyDir: {} });
  },
  consul(all) {
    expect(environment(all)['SWITCHOVER']).toBe('true');
    expect(environment(all)['CONSUL_HTTP_TOKEN_FILE']).toBe('/etc/litefs-consul/token');
    expect(named(pod(all, 'volumes'), 'consul-token')).toMatchObject({
      secret: { secretName: 'consul-acl', defaultMode: 0o400, items: [{ key: 'litefs-token', path: 'token' }] },
    });
    expect((app(all, 'command') as string[]).join(' ')).toMatch(
      /^liteset-volume start -data \S+ -keep 168h -reserve 64 -scrub-rate 1048576 -- litefs mount /,
    );
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
  device(all) {
    expect(app(all, 'resources')).toEqual({
      requests: { cpu: 1, memory: '1Gi' },
      limits: { cpu: '1500m', memory: '2Gi', 'example.com/fuse': '1' },
    });
    expect(app(all, 'securityContext.appArmorProfile')).toEqual({ type: 'RuntimeDefault' });
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
};
