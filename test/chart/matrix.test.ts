import { readConfig } from '../../app/invoices/config.ts';
import { readConfig as readProxyConfig } from '../../app/proxy/config.ts';
import { at, HELMS, lint, PATIENCE, render } from './helm.ts';
import { environment, violations } from './invariants.ts';
import { valuesMatrix } from './matrix.ts';
import { meanings } from './meanings.ts';
import { named, pod } from './parts.ts';

jest.setTimeout(PATIENCE);

describe.each(HELMS)('%s', (version) => {
  test.each(valuesMatrix())('lints strictly: $name', ({ file }) => {
    const { status, stdout, stderr } = lint(version, '--values', file);
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  });

  test.each(valuesMatrix())('renders what the values mean: $name', ({ name, file }) => {
    const all = render(version, '--values', file);
    const meaning = meanings[name];
    if (!meaning) throw new Error(`meanings.ts does not say what ${name} means`);
    meaning(all);
    expect(violations(all)).toEqual([]);
  });
});

const isYours = ({ name }: { name: string }) => name.startsWith('your-application');

test.each(valuesMatrix().filter((it) => !isYours(it)))(
  'the application understands its environment: $name',
  ({ file }) => {
    const variables = environment(render(HELMS[0], '--values', file));
    expect(readConfig({ ...variables, POD_NAME: 'invoices-0' })).toMatchObject({
      port: 8080,
      databasePath: '/litefs/invoices.db',
      litefsUrl: 'http://127.0.0.1:20202',
      peerPort: 8080,
    });
  },
);

test.each(valuesMatrix().filter(isYours))('the proxy understands its environment: $name', ({ file }) => {
  const proxy = named(pod(render(HELMS[0], '--values', file), 'initContainers'), 'proxy');
  const variables = Object.fromEntries(
    (at(proxy, 'env') as { name: string; value?: string }[]).map(({ name, value }) => [name, value]),
  );
  expect(readProxyConfig({ ...variables, POD_NAME: 'invoices-0' })).toMatchObject({
    ...{ port: 20200, peerPort: 20200, statusPort: 20204, clusterPort: 20203, primaryWaitMs: 30_000 },
    agentSocket: '/run/liteset/agent.sock',
  });
});

test('both versions of Helm render the same', () => {
  const [one, other] = HELMS.map((version) => render(version, '--values', 'test/chart/values/extras.yaml'));
  expect(one).toEqual(other);
});
