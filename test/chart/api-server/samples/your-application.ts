/** Of an application of yours, by path. */
export const yourApplication: Readonly<Record<string, readonly unknown[]>> = {
  'app.image.repository': ['', 'shop', 'registry.example.com:5000/team/shop'],
  'app.image.tag': ['', '12', '1e3', 'latest'],
  'app.image.digest': ['', `sha256:${'1'.repeat(64)}`],
  'app.command': [['x'], ['python', '-c', 'print("{{ a }} $(B) \'é\'")']],
  'app.runAsUser': [1, 1000, '1000', 'django', 2_147_483_647],
  'app.runAsGroup': ['', 1000, 'www-data'],
  'app.databases': [
    [{ name: 'app.db' }],
    [{ name: 'true', path: '/data/app.db' }],
    [{ name: 'a' }, { name: '123', path: '/srv/b' }],
  ],
  'app.migrate.command': [[], ['migrate', '--no-input']],
  'app.workers': [
    [],
    [{ name: 'jobs', command: ['x'] }],
    [
      { name: '1', command: ['x', '1e3'], stopSeconds: 5 },
      { name: 'b', command: ['y'], env: [{ name: 'A', value: '1' }] },
    ],
  ],
  'app.ready.path': ['', '/', '/health?deep=1'],
  'app.primaryWaitMs': ['', 0, 600_000],
  'app.port': [1, 8080, 65_535],
  'proxy.resources.requests': [{}, { cpu: 1, memory: '64Mi' }],
  'proxy.resources.limits': [{}, { cpu: '1500m', memory: 1e9 }],
};
