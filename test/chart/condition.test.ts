import { when } from '../../cdk8s/helm/blocks.ts';
import { and, asserts, type Condition, given, named, not, or } from '../../cdk8s/helm/condition.ts';
import { Expr } from '../../cdk8s/helm/expr.ts';
import { definitions } from '../../cdk8s/helm/helpers.ts';
import { render } from '../../cdk8s/helm/render.ts';

const value = (name: string) => new Expr<boolean>(`.Values.${name}`, 'bare');
const [a, b, c] = [value('a'), value('b'), value('c')] as const;
const ask = (condition: Condition | undefined) => condition?.pipeline.replaceAll('.Values.', '');

test.each<[string, Condition, string]>([
  ['a condition in a condition of the same kind is one', or(or(a, b), c), 'or a b c'],
  ['another kind keeps its parentheses', or(and(a, b), not(c)), 'or (and a b) (not c)'],
  ['what implies another part is left out', or(and(a, b), a, c), 'or a c'],
  ['what is there twice is there once', or(a, b, a), 'or a b'],
])('%s', (_, condition, expected) => {
  expect(ask(condition)).toBe(expected);
});

test.each<[string, Condition, Condition, string | undefined]>([
  ['nothing, if it is known', a, a, undefined],
  ['all, if nothing of it is known', a, or(b, c), 'or b c'],
  ['the rest of a conjunction', a, and(a, b), 'b'],
  ['the rest, where more is known than is asked', and(a, b), and(b, c, a), 'c'],
  ['nothing, if one of two is known', a, or(a, b), undefined],
  ['the rest of what is denied', a, not(and(a, b)), 'not b'],
  ['the rest, deep inside', a, or(and(a, b), c), 'or b c'],
])('what is left to ask is %s', (_, known, asked, left) => {
  expect(ask(given(asserts(known), asked))).toBe(left);
});

test('what can never be is an error', () => {
  expect(() => given(asserts(a), not(a))).toThrow('this is never so where it is asked: not .Values.a');
});

test('a named condition becomes a template, is asked by its name, and asserts what it means', () => {
  const both = named('testBoth', 'Whether both are so.', and(a, b));
  expect(definitions()).toContain(
    '{{- /* Whether both are so. */}}\n{{- define "liteset.testBoth" -}}\n{{- if and .Values.a .Values.b }}true{{ end }}\n{{- end }}\n',
  );
  expect(render(when(both, { c: 1, ...when(a, { d: 2 }) }))).toBe(
    '{{- if include "liteset.testBoth" . }}\nc: 1\nd: 2\n{{- end }}\n',
  );
  expect(() => named('testBoth', '', a)).toThrow('two templates are named liteset.testBoth');
});

test('a named condition that is longer than a line has a line for each part', () => {
  const long = (name: string) => value(`${name}${'x'.repeat(40)}`);
  named('testLong', 'Whether any is so.', or(long('a'), long('b'), and(long('c'), a)));
  expect(definitions()).toContain(
    `{{- if or\n  .Values.a${'x'.repeat(40)}\n  .Values.b${'x'.repeat(40)}\n  (and .Values.c${'x'.repeat(40)} .Values.a)\n}}true{{ end }}`,
  );
});
