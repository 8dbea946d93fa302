import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHART } from './helm.ts';

/** The templates of the chart, each by its name. */
const templates = readdirSync(join(CHART, 'templates')).map(
  (name) => [name, readFileSync(join(CHART, 'templates', name), 'utf8')] as const,
);
const all = templates.map(([, text]) => text).join('\n');

/** Conditions that are longer than a line. */
const long = (text: string): string[] =>
  (text.match(/^ *\{\{-? (?:else )?(?:if|with|range) .*$/gm) ?? []).filter((line) => line.length > 120);

test.each(templates)('%s: no condition is longer than a line', (_, text) => {
  expect(long(text)).toEqual([]);
});

test('this check can fail', () => {
  expect(long(`{{- if or ${'.Values.backup.enabled '.repeat(6)}}}\na: 1\n{{- end }}`)).toHaveLength(1);
});

test('no line of a manifest is longer than 120 characters', () => {
  const manifests = templates.filter(([name]) => name.endsWith('.yaml') && !name.startsWith('requirements'));
  expect(manifests.flatMap(([, text]) => text.split('\n')).filter((line) => line.length > 120)).toEqual([]);
});

test('the name of the headless Service and the domain of the pods are spelled once', () => {
  expect(all.match(/-headless\b/g)).toHaveLength(1);
  expect(all.match(/\.Release\.Namespace \}\}\.svc/g)).toHaveLength(1);
});

test('each named template is used', () => {
  const names = [...all.matchAll(/define "(liteset\.\w+)"/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !all.includes(`include "${name}"`))).toEqual([]);
});
