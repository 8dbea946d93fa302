import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synth } from '../../cdk8s/synth.ts';
import { CHART } from './helm.ts';

const files = (folder: string) =>
  Object.fromEntries(
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'liteset-chart-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

test('the committed chart is what `npm run synth` writes', () => {
  synth(out);
  expect(files(CHART)).toEqual(files(out));
});

test('writing the chart again changes nothing, and leaves no file of before', () => {
  synth(out);
  const first = files(out);
  synth(out);
  expect(files(out)).toEqual(first);
});

test('the chart has the version of package.json', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const chart = readFileSync(join(CHART, 'Chart.yaml'), 'utf8');
  expect(chart).toContain(`\nversion: ${version}\n`);
  expect(chart).toContain(`\nappVersion: ${version}\n`);
});
