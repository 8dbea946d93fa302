import { at, the } from './helm.ts';
import { environment } from './invariants.ts';
import { app, type Meanings, named, pod, set } from './parts.ts';

/** What the files in test/chart/values mean: what is around the pods: traffic, names, and everything that users add. */
export const surroundingMeanings: Meanings = {
  kind(all) {
    expect(set(all, 'replicas')).toBe(5);
    expect(app(all, 'image')).toBe('liteset:dev');
    expect(app(all, 'imagePullPolicy')).toBe('Never');
    expect(environment(all)).toMatchObject({
      SAMPLE_INVOICES: '100000',
      PRIMARY_WAIT_MS: '600000',
      BODY_LIMIT: '1mb',
      KEEP_ALIVE_SECONDS: '700',
      READ_CACHE_BYTES: '0',
    });
    expect(the(all, 'Ingress')).toMatchObject({ spec: { ingressClassName: 'traefik' } });
    // An empty host would be no field any more in what one reads back.
    expect(at(the(all, 'Ingress'), 'spec.rules.0')).not.toHaveProperty('host');
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
  service(all) {
    const families = { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] };
    for (const name of ['invoices', 'invoices-headless', 'invoices-primary'])
      expect(the(all, 'Service', name)).toMatchObject({ spec: families });
    expect(the(all, 'Service', 'invoices')).toMatchObject({
      spec: {
        ports: [{ port: 80, nodePort: 30080 }],
        loadBalancerClass: 'example.com/internal',
        loadBalancerSourceRanges: ['10.0.0.0/8'],
        externalTrafficPolicy: 'Local',
        internalTrafficPolicy: 'Cluster',
        sessionAffinity: 'ClientIP',
      },
    });
    // The narrower label wins, and nothing is there twice: `objects` refuses that.
    expect(the(all, 'Service', 'invoices').metadata.labels).toMatchObject({ team: 'a', 'example.com/number': '1' });
    expect(set(all, 'template.metadata.labels')).toMatchObject({ team: 'b', 'example.com/number': '1' });
    // A workload identity that goes by a label has to reach whoever asks the store.
    expect(at(the(all, 'CronJob'), 'spec.jobTemplate.spec.template.metadata')).toMatchObject({
      labels: { team: 'b', 'azure.workload.identity/use': 'true', 'app.kubernetes.io/name': 'liteset-backup' },
      annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': 'tmp' },
    });
    expect(set(all, 'template.metadata.annotations')).toMatchObject({
      'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': 'tmp',
    });
    expect(at(the(all, 'PodDisruptionBudget'), 'spec')).toMatchObject({ minAvailable: '50%' });
    expect(at(the(all, 'PodDisruptionBudget'), 'spec')).not.toHaveProperty('maxUnavailable');
    expect(set(all, 'volumeClaimTemplates.0.spec.resources.requests.storage')).toBe('10G');
    const claim = the(all, 'PersistentVolumeClaim', 'invoices-backup');
    expect(at(claim, 'spec.resources.requests.storage')).toBe('10737418241');
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
  names(all) {
    expect(the(all, 'StatefulSet').metadata.name).toBe('a-name-that-is-much-longer-than-what-kubern-7148b430');
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
      httpGet: { path: '/livez', port: 'status' },
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
        podMetricsEndpoints: [{ port: 'status', path: '/metrics', interval: '15s' }],
      },
    });
  },
};
