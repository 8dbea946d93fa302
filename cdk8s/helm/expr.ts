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

/** A pipeline that only matters for being empty or not. */
export interface Condition {
  readonly pipeline: string;
}

const operand = (arg: Condition | string | number | boolean): string =>
  typeof arg !== 'object' ? JSON.stringify(arg) : arg.pipeline.includes(' ') ? `(${arg.pipeline})` : arg.pipeline;

export const and = (a: Condition, b: Condition): Condition => ({ pipeline: `and ${operand(a)} ${operand(b)}` });
export const or = (a: Condition, b: Condition): Condition => ({ pipeline: `or ${operand(a)} ${operand(b)}` });
export const not = (a: Condition): Condition => ({ pipeline: `not ${operand(a)}` });
export const eq = <T extends string | number | boolean>(a: Expr<T>, b: NoInfer<T>): Condition => ({
  pipeline: `eq ${operand(a)} ${operand(b)}`,
});
export const orElse = <T>(a: Expr<T>, b: Expr<T>) => new Expr<T>(`${a.pipeline} | default ${operand(b)}`, a.style);

/** A string for sure, where Kubernetes wants one and the value is a number or a boolean, or has spaces. */
export const text = (a: Expr<number | string | boolean>) => new Expr<string>(a.pipeline, 'quoted');

/** The text of a named template: a name, a version. */
export const include = (template: string) => new Expr<string>(`include "${template}" ${ROOT}`, 'bare');
/** The YAML of a named template: a set of labels. */
export const includeMap = <T = Record<string, string>>(template: string) =>
  new Expr<T>(`include "${template}" ${ROOT}`, 'block');
/** The text of a file of the chart. */
export const file = (path: string) => new Expr<string>(`(${ROOT}Files.Get "${path}")`, 'block');
/** A hash of what a template of the chart renders to. */
export const checksum = (template: string) =>
  new Expr<string>(`include (print ${ROOT}Template.BasePath "/${template}") ${ROOT} | sha256sum`, 'bare');

export const release = {
  name: new Expr<string>(`${ROOT}Release.Name`, 'bare'),
  namespace: new Expr<string>(`${ROOT}Release.Namespace`, 'bare'),
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

/*
 * Blocks: `if`, `with` and `range` around the fields of a map or the items of
 * a list. A block is an object with one marked key, which cdk8s passes on like
 * any other. The serial number tells apart two blocks with the same head.
 */
let serial = 0;
const block = (head: string, body: unknown) => ({ [`${OPEN}${head}${CLOSE}${serial++}`]: body });

/** Fields that are there if the condition holds: `...when(v.ingress.enabled, { host })`. */
export const when = <Fields extends object>(condition: Condition, fields: Fields) =>
  block(`if ${condition.pipeline}`, fields) as Partial<Fields>;

/** Items that are there if the condition holds: `...whenItems(v.litestream.enabled, [container])`. */
export const whenItems = <Item>(condition: Condition, items: readonly Item[]) =>
  [block(`if ${condition.pipeline}`, items)] as Item[];

/** A field that is there unless its value is empty, which no number or boolean should be taken for: `...optional('tolerations', v.tolerations)`. */
export const optional = <Key extends string, T extends string | object>(key: Key, value: Expr<T>) =>
  block(`with ${value.pipeline}`, { [key]: new Expr<T>('.', value.style) }) as { [K in Key]?: Expr<T> };

/** Items for each element of a list: `...each(v.ingress.hosts, (host) => [{ host }])`. */
export const each = <T, Item>(
  list: Expr<readonly T[]> & { readonly element?: Expr },
  items: (element: Ref<T>) => readonly Item[],
) => [block(`range ${list.pipeline}`, items(list.element as Ref<T>))] as Item[];

/** The elements of a list, taken as they are: `...itemsOf(v.extraEnv)`. */
export const itemsOf = (list: Expr<readonly unknown[]>) =>
  [block(`with ${list.pipeline}`, [new Expr('.', 'block')])] as never[];

/** The entries of a map, beside others: `annotations: { a: 'b', ...fieldsOf(v.podAnnotations) }`. */
export const fieldsOf = (map: Expr<Record<string, string>>) =>
  block(`with ${map.pipeline}`, new Expr('.', 'block')) as Record<never, never>;

/** YAML inside a string, such as a file in a ConfigMap. */
export const yamlText = (content: unknown) => block('yaml', content) as unknown as string;
