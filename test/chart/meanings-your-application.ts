import { at, the } from './helm.ts';
import { app, type Meanings, named, pod } from './parts.ts';

const agent = (all: Parameters<typeof app>[0]) =>
  JSON.parse((at(the(all, 'ConfigMap', 'invoices'), 'data') as Record<string, string>)['agent.json'] ?? '') as Record<
    string,
    unknown
  >;

/** What the files in test/chart/values mean of an application of yours. */
export const yourMeanings: Meanings = {
  'your-application'(all) {
    expect(app(all, 'image')).toBe('registry.example/shop:12');
    expect(app(all, 'command')).toEqual(['/liteset/liteset', 'start']);
    expect(app(all, 'lifecycle')).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect(app(all, 'securityContext')).toMatchObject({ runAsUser: 0, readOnlyRootFilesystem: false });
    expect((app(all, 'env') as { name: string }[]).map(({ name }) => name)).toEqual([
      'POD_NAME',
      'PORT',
      'DATABASE_PATH',
    ]);
    expect(agent(all)).toEqual({
      ...{ mount: '/litefs', socket: '/run/liteset/agent.sock', roleFile: '/run/liteset/role', sidecars: 10001 },
      ...{ release: '1', user: 'django', group: '2000', fenceUrl: 'http://127.0.0.1:8500/fence' },
      litefs: {
        ...{ url: 'http://127.0.0.1:20202', data: '/var/lib/litefs' },
        command: expect.arrayContaining(['/liteset/liteset-volume', '-peers', '/liteset/litefs', '-skip-unmount']),
      },
      databases: [{ name: 'shop.sqlite3' }, { name: 'cache.sqlite3', path: '/srv/shop/cache.sqlite3' }],
      migrate: { command: ['python', 'manage.py', 'migrate', '--noinput'], timeoutSeconds: 600 },
      app: { command: ['gunicorn', 'shop.wsgi', '--bind=127.0.0.1:8000'], stopSeconds: 10 },
      workers: [
        ...[{ name: 'tasks', command: ['python', 'manage.py', 'qcluster'], stopSeconds: 30 }].map((it) => ({
          ...it,
          env: [{ name: 'QUEUE', value: 'mail' }],
        })),
      ],
    });
    expect((pod(all, 'initContainers') as { name: string }[]).map(({ name }) => name)).toEqual([
      'install',
      'lease',
      'proxy',
    ]);
    const proxy = named(pod(all, 'initContainers'), 'proxy');
    expect(named(at(proxy, 'env'), 'STOP_MS')).toMatchObject({ value: '15000' });
    expect(named(at(proxy, 'env'), 'READY_PATH')).toMatchObject({ value: '/health' });
    expect(proxy).toMatchObject({ restartPolicy: 'Always', securityContext: { runAsUser: 10001 } });
    expect(at(the(all, 'NetworkPolicy'), 'spec.ingress.0')).toEqual({
      ports: [{ port: 20200 }, { port: 20204 }, { port: 8501 }],
    });
    expect(at(the(all, 'Service', 'invoices-headless'), 'spec.ports.0')).toMatchObject({ port: 20200 });
    const tested = at(the(all, 'Pod'), 'spec.containers.0') as object;
    expect(at(tested, 'command')).toEqual(['node', '/test/standing.mjs']);
    expect(named(at(tested, 'env'), 'PODS')).toMatchObject({
      value: expect.stringContaining(':20204 http://invoices-1.'),
    });
  },
  'your-application-bare'(all) {
    expect(app(all, 'image')).toBe('registry.example/shop:latest');
    expect(app(all, 'lifecycle')).toBeUndefined();
    expect(app(all, 'securityContext.readOnlyRootFilesystem')).toBe(true);
    expect(agent(all)).toMatchObject({
      user: '1000',
      group: '',
      databases: [{ name: 'app.db', path: '/data/app.db' }],
    });
    for (const key of ['migrate', 'workers', 'fenceUrl']) expect(agent(all)).not.toHaveProperty(key);
    const backup = named(pod(all, 'initContainers'), 'backup');
    expect(at(backup, 'args')).toEqual(expect.arrayContaining(['-db', 'app.db']));
  },
};
