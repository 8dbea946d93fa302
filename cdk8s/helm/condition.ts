import { type Expr, operand, ROOT } from './expr.ts';
import { define } from './helpers.ts';
import { WIDTH } from './prose.ts';

/*
 * Conditions of `if`. They keep what they are made of, so that a template need not ask again what a block around it has
 * asked already.
 */

/** A pipeline that only matters for being empty or not. Any `Expr` is one. */
export interface Condition {
  readonly pipeline: string;
}

/** Conditions that belong together. */
class Combined implements Condition {
  readonly operator: 'and' | 'or' | 'not';
  readonly parts: readonly Condition[];

  constructor(operator: 'and' | 'or' | 'not', parts: readonly Condition[]) {
    this.operator = operator;
    this.parts = parts;
  }

  get pipeline(): string {
    return [this.operator, ...this.parts.map(operand)].join(' ');
  }
}

/** A condition that the templates ask by name. */
class Named implements Condition {
  readonly pipeline: string;
  readonly meaning: Condition;

  constructor(pipeline: string, meaning: Condition) {
    this.pipeline = pipeline;
    this.meaning = meaning;
  }
}

/** The parts of conditions with one operator: `or (or a b) c` is `or a b c`. */
const flat = (operator: 'and' | 'or', conditions: readonly Condition[]): Condition[] =>
  conditions.flatMap((it) => (it instanceof Combined && it.operator === operator ? it.parts : it));

const combine = (operator: 'and' | 'or', parts: readonly Condition[]): Condition => {
  const [first, ...others] = parts;
  if (!first) throw new Error(`an ${operator} of nothing`);
  return others.length > 0 ? new Combined(operator, parts) : first;
};

export const and = (...conditions: readonly Condition[]): Condition => combine('and', flat('and', conditions));

/** `or a (and a b)` is `a`: what implies another part is left out. */
export function or(...conditions: readonly Condition[]): Condition {
  const parts = flat('or', conditions).filter((part, index, all) => all.findIndex(same(part)) === index);
  const redundant = (part: Condition) => parts.some((other) => other !== part && asserts(part).some(same(other)));
  return combine(
    'or',
    parts.filter((part) => !redundant(part)),
  );
}

export const not = (a: Condition): Condition => new Combined('not', [a]);
export const eq = <T extends string | number | boolean>(a: Expr<T>, b: NoInfer<T>): Condition => ({
  pipeline: `eq ${operand(a)} ${operand(b)}`,
});

/**
 * A condition with a name, which becomes a template `liteset.<name>` in _helpers.tpl: for one that several templates
 * ask, or that would not fit on a line.
 */
export function named(name: string, why: string, meaning: Condition): Condition {
  define(name, why, (spell) => {
    const line = `{{- if ${spell(meaning.pipeline)} }}true{{ end }}`;
    if (line.length <= WIDTH || !(meaning instanceof Combined)) return line;
    const parts = meaning.parts.map((part) => `  ${spell(operand(part))}\n`);
    return `{{- if ${meaning.operator}\n${parts.join('')}}}true{{ end }}`;
  });
  return new Named(`include "liteset.${name}" ${ROOT}`, meaning);
}

const same = (a: Condition) => (b: Condition) => a.pipeline === b.pipeline;

/** All that holds where a condition does. */
export function asserts(condition: Condition): Condition[] {
  if (condition instanceof Named) return [condition, ...asserts(condition.meaning)];
  const parts = condition instanceof Combined && condition.operator === 'and' ? condition.parts : [];
  return [condition, ...parts.flatMap(asserts)];
}

/** What is left to ask where others are known to hold: `and a b` inside `if a` is `b`. Undefined if nothing is. */
export function given(known: readonly Condition[], condition: Condition): Condition | undefined {
  if (known.some(same(condition))) return undefined;
  if (!(condition instanceof Combined)) return condition;
  const left = condition.parts.map((part) => given(known, part));
  const asked = left.filter((part) => part !== undefined);
  if (condition.operator === 'and') return asked.length > 0 ? and(...asked) : undefined;
  if (condition.operator === 'or') return asked.length === left.length ? or(...asked) : undefined;
  if (!asked[0]) throw new Error(`this is never so where it is asked: ${condition.pipeline}`);
  return not(asked[0]);
}
