import { readConfig } from '../../app/invoices/config.ts';
import { HELMS, lint, PATIENCE, render } from './helm.ts';
import { environment, violations } from './invariants.ts';
import { valuesMatrix } from './matrix.ts';
import { meanings } from './meanings.ts';

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

test.each(valuesMatrix())('the application understands its environment: $name', ({ file }) => {
  const variables = environment(render(HELMS[0], '--values', file));
  expect(readConfig({ ...variables, POD_NAME: 'invoices-0' })).toMatchObject({
    port: 8080,
    databasePath: '/litefs/invoices.db',
    litefsUrl: 'http://127.0.0.1:20202',
    peerPort: 8080,
  });
});

test('both versions of Helm render the same', () => {
  const [one, other] = HELMS.map((version) => render(version, '--values', 'test/chart/values/extras.yaml'));
  expect(one).toEqual(other);
});
