import { z } from 'zod';
import { valuesSchema, valuesTable, valuesYaml } from '../../cdk8s/helm/values.ts';

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
