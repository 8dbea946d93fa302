import { readdirSync } from 'node:fs';
import { HELMS, lint, PATIENCE, render } from './helm.ts';
import { violations } from './invariants.ts';

jest.setTimeout(PATIENCE);

const FOLDER = 'docs/how-to/examples';
const files = readdirSync(FOLDER).map((name) => `${FOLDER}/${name}`);

test.each(files)('the example is right: %s', (file) => {
  for (const version of HELMS) {
    const { status, stdout, stderr } = lint(version, '--values', file);
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  }
  expect(violations(render(HELMS[0], '--values', file))).toEqual([]);
});

test('there are some', () => expect(files.length).toBeGreaterThan(2));
