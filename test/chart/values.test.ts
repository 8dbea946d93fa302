import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { valuesSchema } from '../../cdk8s/helm/values.ts';
import { group, valuesTable, valuesYaml } from '../../cdk8s/helm/values-pages.ts';
import { Values } from '../../cdk8s/values.ts';
import { CHART } from './helm.ts';

const values = z.strictObject({
  count: z.int().min(1).default(3).describe('How many.'),
  image: z.strictObject({
    tag: z.string().default('').describe('Which.'),
    policy: z.enum(['Always', 'Never']).default('Never').describe('When to pull.'),
  }),
  labels: z.record(z.string(), z.string()).default({}).describe('More labels.'),
  hosts: z
    .array(z.strictObject({ host: z.string(), path: z.string().default('/') }))
    .default([])
    .describe('Hosts.'),
  global: z.looseObject({}).optional(),
});

test('values.yaml has each default below its description', () => {
  expect(valuesYaml(values)).toBe(`# How many.
count: 3

image:
  # Which.
  tag: ""
  # When to pull. One of Always, Never.
  policy: Never

# More labels.
labels: {}

# Hosts.
hosts: []

global: {}
`);
});

test('the table has a row for each value, however deep', () => {
  expect(valuesTable(values).split('\n')).toEqual([
    '| Value | Default | Description |',
    '|---|---|---|',
    '| `count` | `3` | How many. |',
    '| `image.tag` | `""` | Which. |',
    '| `image.policy` | `"Never"` | When to pull. One of Always, Never. |',
    '| `labels` | `{}` | More labels. |',
    '| `hosts` | `[]` | Hosts. |',
  ]);
});

test('the schema knows no other values, and wants those that templates cannot do without', () => {
  expect(valuesSchema(values)).toMatchObject({
    additionalProperties: false,
    required: ['image', 'count'],
    properties: {
      image: { additionalProperties: false, required: ['tag', 'policy'] },
      // A default within a list item is applied by the template: it may be missing.
      hosts: { items: { required: ['host'] } },
    },
  });
});

const grouped = z.strictObject({
  ...group('Size', { count: z.int().default(3).describe('How many.') }),
  ...group('Backup', {
    backup: z.strictObject({
      store: z
        .string()
        .default('')
        .describe('Where.')
        .meta({ examples: ['s3://bucket'] }),
    }),
    env: z
      .array(z.unknown())
      .default([])
      .describe(`${'Variables of the backup, and '.repeat(5)}more.`)
      .meta({ examples: [[{ name: 'A', value: 'b' }]] }),
    policy: z.enum(['keep', 'drop']).default('keep').describe('`keep`: stays. `drop`: goes.'),
  }),
});

test('values.yaml has headings, and examples in comments that are not too long', () => {
  expect(valuesYaml(grouped)).toBe(`## Size

# How many.
count: 3

## Backup

backup:
  # Where.
  # Example:
  #   store: s3://bucket
  store: ""

# Variables of the backup, and Variables of the backup, and Variables of the backup, and Variables of the
# backup, and Variables of the backup, and more.
# Example:
#   env:
#     - name: A
#       value: b
env: []

# \`keep\`: stays. \`drop\`: goes.
policy: keep
`);
});

test('the table has a part for each heading, and an example where it fits', () => {
  expect(valuesTable(grouped)).toContain(
    '| `count` | `3` | How many. |\n\n### Backup\n\n| Value | Default | Description |\n|---|---|---|\n' +
      '| `backup.store` | `""` | Where. For example `s3://bucket`. |\n',
  );
});

describe('the values of the chart', () => {
  const text = readFileSync(`${CHART}/values.yaml`, 'utf8');

  test('no line is longer than 120 characters', () => {
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });

  test('each example is valid', () => {
    /** From each `# Example:`, the lines below it that are indented further, with the values that they are nested in. */
    const found: string[] = [];
    const path: string[] = [];
    let example: string[] | undefined;
    for (const line of text.split('\n')) {
      const [, indent = '', commented] = /^( *)# {3}(.*)$/.exec(line) ?? [];
      if (/^ *# Example:$/.test(line)) example = [];
      else if (example && commented !== undefined) example.push(`${indent}${commented}`);
      else if (example) {
        const depth = (/^ */.exec(line)?.[0].length ?? 0) / 2;
        found.push([...path.slice(0, depth), ...example].join('\n'));
        example = undefined;
      }
      const [, margin, key] = /^( *)([a-zA-Z]+):$/.exec(line) ?? [];
      if (margin !== undefined) path.splice(margin.length / 2, path.length, `${margin}${key}:`);
    }
    expect(found.length).toBeGreaterThan(20);
    for (const yaml of found) {
      const { success, error } = Values.safeParse(merge(parse(text), parse(yaml)));
      expect({ yaml, success, error: error?.message }).toEqual({ yaml, success: true, error: undefined });
    }
  });
});

const merge = (a: unknown, b: unknown): unknown =>
  isMap(a) && isMap(b) ? { ...a, ...Object.fromEntries(Object.entries(b).map(([k, v]) => [k, merge(a[k], v)])) } : b;
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
