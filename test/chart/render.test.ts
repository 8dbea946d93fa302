import { z } from 'zod';
import {
  comment,
  each,
  fieldsOf,
  itemComment,
  itemsOf,
  optional,
  when,
  whenItems,
  yamlText,
} from '../../cdk8s/helm/blocks.ts';
import { and, eq, not, or } from '../../cdk8s/helm/condition.ts';
import { Expr, file, include, includeMap, text } from '../../cdk8s/helm/expr.ts';
import { render } from '../../cdk8s/helm/render.ts';
import { references } from '../../cdk8s/helm/values.ts';

const v = references(
  z.strictObject({
    name: z.string().default('x'),
    port: z.int().max(65535).default(80),
    size: z.int().default(1),
    on: z.boolean().default(false),
    hosts: z.array(z.strictObject({ host: z.string(), paths: z.array(z.string()).default([]) })).default([]),
    extra: z.array(z.unknown()).default([]),
    labels: z.record(z.string(), z.string()).default({}),
  }),
);
/** What cdk8s does to a manifest on its way to the renderer. */
const resolved = (tree: unknown) =>
  JSON.parse(JSON.stringify(tree, (_, value) => (value instanceof Expr ? String(value) : value)));
const rendered = (tree: unknown) => render(resolved(tree));

test.each<[string, unknown, string]>([
  ['numbers stay numbers', { a: v.port }, 'a: {{ .Values.port }}'],
  ['large numbers are integers', { a: v.size }, 'a: {{ .Values.size | int64 }}'],
  ['numbers where strings belong', { a: text(v.size) }, 'a: {{ .Values.size | int64 | quote }}'],
  [
    'entries of a map beside others',
    { a: { b: 'c', ...fieldsOf(v.labels) } },
    'a:\n  b: c\n  {{- with .Values.labels }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}',
  ],
  [
    'files of the chart',
    { data: { f: file('files/f') } },
    'data:\n  f:\n    {{- toYaml (.Files.Get "files/f") | nindent 4 }}',
  ],
  ['strings are quoted', { a: v.name }, 'a: {{ .Values.name | quote }}'],
  ['maps are indented', { a: { b: v.labels } }, 'a:\n  b:\n    {{- toYaml .Values.labels | nindent 4 }}'],
  ['strings around values', { a: `${v.name}:${v.port}` }, 'a: "{{ .Values.name }}:{{ .Values.port }}"'],
  ['names are quoted', { a: `${include('n')}-x` }, `a: '{{ include "n" . }}-x'`],
  ['quotes inside an expression', { a: `${include('n')}: x` }, `a: '{{ include "n" . }}: x'`],
  ['text that looks like a template', { a: 'up{pod="{{ $labels.pod }}"}' }, `a: up{pod="{{\`{{\`}} $labels.pod }}"}`],
  ['numbers in strings', { a: '80' }, 'a: "80"'],
  [
    'words that YAML 1.1 takes for something else',
    { on: ['yes', '0644', '1e3', '1:30'] },
    '"on":\n  - "yes"\n  - "0644"\n  - "1e3"\n  - "1:30"',
  ],
  ['conditional field, last', { a: 1, ...when(v.on, { b: 2 }) }, 'a: 1\n{{- if .Values.on }}\nb: 2\n{{- end }}'],
  [
    'conditional field, first',
    { ...when(not(v.on), { b: 2 }), a: 1 },
    '{{- if not .Values.on }}\nb: 2\n{{- end }}\na: 1',
  ],
  [
    'two conditions',
    { ...when(v.on, { b: 1 }), ...when(v.on, { c: 2 }) },
    '{{- if .Values.on }}\nb: 1\n{{- end }}\n{{- if .Values.on }}\nc: 2\n{{- end }}',
  ],
  [
    'condition in a condition',
    { ...when(or(v.on, eq(v.name, 'x')), { ...when(v.on, { b: 1 }) }) },
    '{{- if or .Values.on (eq .Values.name "x") }}\n{{- if .Values.on }}\nb: 1\n{{- end }}\n{{- end }}',
  ],
  [
    'the rest of a condition that a block around has asked',
    { ...when(v.on, { a: [...whenItems(and(v.on, v.name), ['b'])] }) },
    '{{- if .Values.on }}\na:\n  {{- if .Values.name }}\n  - b\n  {{- end }}\n{{- end }}',
  ],
  [
    'else',
    { ...when(v.on, { a: 1 }, { b: [...whenItems(v.name, ['c'], ['d'])] }) },
    '{{- if .Values.on }}\na: 1\n{{- else }}\nb:\n  {{- if .Values.name }}\n  - c\n  {{- else }}\n  - d\n  {{- end }}\n{{- end }}',
  ],
  [
    'optional field with another value if it is empty',
    { ...optional('a', v.labels, { b: v.name }) },
    '{{- with .Values.labels }}\na:\n  {{- toYaml . | nindent 2 }}\n{{- else }}\na:\n  b: {{ .Values.name | quote }}\n{{- end }}',
  ],
  [
    'comments on fields and items, in and out of blocks',
    { ...comment('Why a.'), a: [...itemComment('Why b.'), 'b', ...whenItems(v.on, [...itemComment('Why c.'), 'c'])] },
    '# Why a.\na:\n  # Why b.\n  - b\n  {{- if .Values.on }}\n  # Why c.\n  - c\n  {{- end }}',
  ],
  [
    'a long comment',
    { a: { ...comment('word '.repeat(25).trim()), b: 1 } },
    `a:\n  # ${'word '.repeat(21).trim()}\n  # ${'word '.repeat(4).trim()}\n  b: 1`,
  ],
  [
    'comments in a file, which must not become a part of it',
    { f: yamlText({ ...comment('Why a.'), a: 1 }) },
    'f: |\n  {{- /* Why a. */}}\n  a: 1',
  ],
  [
    'a named template among other fields',
    { a: { ...fieldsOf(includeMap('l')), b: 1 } },
    'a:\n  {{- include "l" . | nindent 2 }}\n  b: 1',
  ],
  [
    'optional field',
    { ...optional('a', v.labels) },
    '{{- with .Values.labels }}\na:\n  {{- toYaml . | nindent 2 }}\n{{- end }}',
  ],
  [
    'only extra items',
    { a: itemsOf(v.extra) },
    'a:\n  {{- with .Values.extra }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}',
  ],
  [
    'items and extra items',
    { a: [1, ...itemsOf(v.extra), 2] },
    'a:\n  - 1\n  {{- with .Values.extra }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}\n  - 2',
  ],
  [
    'conditional items',
    { a: [...whenItems(v.on, [{ b: 1, c: 2 }])] },
    'a:\n  {{- if .Values.on }}\n  - b: 1\n    c: 2\n  {{- end }}',
  ],
  [
    'loops in loops, and the root inside them',
    {
      a: each(v.hosts, ({ host, paths }) => [
        { host, p: each(paths, (path) => [{ path, port: v.port, m: includeMap('l') }]) },
      ]),
    },
    'a:\n  {{- range .Values.hosts }}\n  - host: {{ .host | quote }}\n    p:\n      {{- range .paths }}\n      - path: {{ . | quote }}\n        port: {{ $.Values.port }}\n        m:\n          {{- include "l" $ | nindent 10 }}\n      {{- end }}\n  {{- end }}',
  ],
  [
    'files',
    { data: { f: yamlText({ a: v.labels, ...when(v.on, { b: v.name }) }) } },
    'data:\n  f: |\n    a:\n      {{- toYaml .Values.labels | nindent 6 }}\n    {{- if .Values.on }}\n    b: {{ .Values.name | quote }}\n    {{- end }}',
  ],
])('%s', (_, tree, expected) => {
  expect(rendered(tree)).toBe(`${expected}\n`);
});

test('a manifest is left out unless its condition holds, and begins with what it is about', () => {
  const options = { when: v.on, about: 'Why it is there.' };
  expect(render(resolved({ a: 1, ...when(and(v.on, v.name), { b: 2 }) }), options)).toBe(
    '{{- if .Values.on }}\n# Why it is there.\na: 1\n{{- if .Values.name }}\nb: 2\n{{- end }}\n{{- end }}\n',
  );
});
