import type { k8s } from 'cdk8s-plus-27';
import type { Spelling } from './spelling.ts';

/*
 * Helm expressions as TypeScript values.
 *
 * cdk8s works with values it knows; a Helm template works with values nobody
 * knows yet. An `Expr<T>` stands in for such a `T`. It travels through cdk8s
 * as a marked string, and render.ts turns the mark into `{{ ... }}` once the
 * YAML around it is known.
 */

/** Private-use code points, which no manifest contains by accident. */
export const OPEN = '\uE000';
export const CLOSE = '\uE001';
/** The root context: `.` in a template, but `$` inside `with` and `range`, which rebind the dot. */
export const ROOT = '\uE002';

/** How an expression is printed where it is a whole YAML value. */
export type Style =
  | 'quoted' // {{ .Values.host | quote }}
  | 'bare' //   {{ .Values.replicas }}
  | 'block'; // {{- toYaml .Values.resources | nindent 12 }}

/** A Go template pipeline which yields a `T` when Helm renders the chart. */
export class Expr<out T = unknown> {
  declare readonly yields: T;
  readonly pipeline: string;
  readonly style: Style;

  constructor(pipeline: string, style: Style) {
    this.pipeline = pipeline;
    this.style = style;
  }

  /** cdk8s calls this on any object that has it: an implicit token. */
  resolve(): string {
    return this.toString();
  }

  toString(): string {
    return `${OPEN}${this.style}:${this.pipeline}${CLOSE}`;
  }
}

/** An expression for the value of a chart, with those of the values below it. */
export type Ref<T> = Expr<T> &
  (IsRecord<T> extends true ? { readonly [K in keyof T]-?: Ref<NonNullable<T[K]>> } : unknown);
type IsRecord<T> = T extends readonly unknown[]
  ? false
  : T extends object
    ? string extends keyof T
      ? false
      : true
    : false;

/** An argument of a template function, in parentheses if it is more than one word. */
export const operand = (arg: { readonly pipeline: string } | string | number | boolean): string =>
  typeof arg !== 'object' ? JSON.stringify(arg) : arg.pipeline.includes(' ') ? `(${arg.pipeline})` : arg.pipeline;

export const orElse = <T>(a: Expr<T>, b: Expr<T>) => new Expr<T>(`${a.pipeline} | default ${operand(b)}`, a.style);

/** A string for sure, where Kubernetes wants one and the value is a number or a boolean, or has spaces. */
export const text = (a: Expr<number | string | boolean>) => new Expr<string>(a.pipeline, 'quoted');

/** The text of a named template: a name, a version. In quotes, for a name such as `123` or `true` is legal. */
export const include = (template: string) => new Expr<string>(`include "${template}" ${ROOT}`, 'quoted');
/** The YAML of a named template: a set of labels. A template with arguments gets them in a list, before the root context. */
export const includeMap = <T = Record<string, string>>(template: string, ...args: readonly (string | Expr)[]) =>
  new Expr<T>(
    `include "${template}" ${args.length === 0 ? ROOT : `(list ${args.map(operand).join(' ')} ${ROOT})`}`,
    'block',
  );
/** An amount that may be a number: Helm holds numbers as floats. */
export const quantityOf = (a: Expr<string | number>) =>
  new Expr<string>(`include "liteset.quantity" ${operand(a)}`, 'quoted');
/** The text of a file of the chart. */
export const file = (path: string) => new Expr<string>(`(${ROOT}Files.Get "${path}")`, 'block');

export const release = {
  name: new Expr<string>(`${ROOT}Release.Name`, 'quoted'),
  namespace: new Expr<string>(`${ROOT}Release.Namespace`, 'quoted'),
};
export const chart = {
  appVersion: new Expr<string>(`${ROOT}Chart.AppVersion`, 'quoted'),
};

/** `T`, with any part of it left for Helm to decide. */
export type Templated<T> = Expr<T> | TemplatedFields<T>;
export type TemplatedFields<T> = T extends string | number | boolean | Date | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Templated<Item>[]
    : k8s.IntOrString extends T // IntOrString and Quantity are classes around a plain value
      ? string | number | Expr<string | number>
      : { readonly [K in keyof T as K extends keyof Spelling ? Spelling[K] : K]: Templated<T[K]> };
