import { at, the } from './helm.ts';
import { environment } from './invariants.ts';
import { app, kinds, litefs, type Meanings, named, type Objects, pod, set } from './parts.ts';

/** The environment of the lease's sidecar, by name. */
const sidecar = (all: Objects) => named(pod(all, 'initContainers'), 'lease');
const value = (all: Objects, name: string) => at(named(at(sidecar(all), 'env'), name), 'value');
const rules = (all: Objects) => at(the(all, 'Role'), 'rules') as { resources: string[]; resourceNames?: string[] }[];
const ruleFor = (all: Objects, resource: string, name: string) =>
  rules(all).find(({ resources, resourceNames }) => `${resources}` === resource && resourceNames?.includes(name));

/** What the files in test/chart/values mean that elect the primary by a Lease of Kubernetes. */
export const leaseMeanings: Meanings = {
  kubernetes(all) {
    expect(the(all, 'Lease', 'invoices')).not.toHaveProperty('spec');
    expect(sidecar(all)).toMatchObject({
      image: 'ghcr.io/liteset/invoices:0.1.0',
      restartPolicy: 'Always',
      command: ['node', 'app/lease/server.ts'],
      securityContext: { runAsNonRoot: true, runAsUser: 10001, capabilities: { drop: ['ALL'] } },
    });
    expect((pod(all, 'initContainers') as { name: string }[]).map(({ name }) => name)).toEqual(['lease', 'backup']);
    expect(environment(all)).toMatchObject({ FENCE_URL: 'http://127.0.0.1:8500/fence', SWITCHOVER: 'true' });
    expect(value(all, 'LEASE_NAME')).toBe('invoices');
    expect([value(all, 'LEASE_SECONDS'), value(all, 'LEASE_GRACE_SECONDS')]).toEqual(['10', '60']);
    expect(value(all, 'PEERS')).toBe('invoices-headless.invoices.svc');
    expect(litefs(all)).toMatch(/type: consul[\s\S]*reconnect-delay: 100ms[\s\S]*ttl: "5800ms"/);
    expect(ruleFor(all, 'leases', 'invoices')).toMatchObject({ verbs: ['get', 'patch', 'create'] });
    // Uninstalled with the release: a Lease that stays would keep empty volumes of the next one from having a primary.
    expect(at(the(all, 'Lease', 'invoices'), 'metadata')).not.toHaveProperty('annotations');
    // As many as `replicaCount` may be: `kubectl scale` asks nobody.
    const names = Array.from({ length: 99 }, (_, index) => `invoices-${index}`);
    expect(ruleFor(all, 'pods', 'invoices-2')).toMatchObject({ resourceNames: names, verbs: ['patch'] });
    expect(at(the(all, 'Service', 'invoices-primary'), 'spec.selector')).toEqual({
      ...(set(all, 'selector.matchLabels') as object),
      'liteset.dev/role': 'primary',
    });
    expect(at(the(all, 'NetworkPolicy'), 'spec.ingress.0.ports')).toEqual(
      [8080, 9091, 9090, 8501].map((port) => ({ port })),
    );
    expect(at(the(all, 'PodMonitor'), 'spec.podMetricsEndpoints')).toMatchObject([
      { port: 'status' },
      { port: 'backup' },
      { port: 'lease' },
    ]);
  },
  'kubernetes-bare'(all) {
    expect(environment(all)).toMatchObject({ ACK_REPLICAS: '1', ACK_POLICY: 'acknowledge', SWITCHOVER_MS: '2000' });
    expect(named(app(all, 'env'), 'SWITCHOVER_TOKEN')).toMatchObject({
      valueFrom: { secretKeyRef: { name: 'operators', key: 'token' } },
    });
    expect(kinds(all).filter((kind) => kind === 'Service')).toHaveLength(2);
    expect(rules(all).flatMap(({ resources }) => resources)).toEqual(['leases', 'events']);
    expect(value(all, 'ROLE_LABEL')).toBe('false');
    expect(value(all, 'LEASE_SECONDS')).toBe('5');
    expect(named(pod(all, 'volumes'), 'api-access')).toBeDefined();
  },
};
