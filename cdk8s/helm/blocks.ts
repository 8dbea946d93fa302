import type { Condition } from './condition.ts';
import { Expr, type Ref } from './expr.ts';

/*
 * Blocks: `if`, `with`, `range` and comments around the fields of a map or the items of a list. A block is an object
 * with one marked key, which cdk8s passes on like any other: the mark is the number of the block's head.
 */

/** What a block begins with. */
export type Head =
  | { readonly keyword: 'if'; readonly condition: Condition }
  | { readonly keyword: 'with' | 'range'; readonly pipeline: string }
  | { readonly keyword: 'fields' | 'yaml' }
  | { readonly keyword: 'comment'; readonly text: string };

const MARK = '\uE003';
const heads: Head[] = [];

/** The body is a list: what `else` leads to is its second item. */
const block = (head: Head, ...body: readonly unknown[]) => ({ [`${MARK}${heads.push(head) - 1}`]: body });

/** The head of the block that a key marks, if it marks one. */
export const headOf = (key: string): Head | undefined =>
  key.startsWith(MARK) ? heads[Number(key.slice(MARK.length))] : undefined;

/**
 * Fields that are there if the condition holds, and others if it does not:
 * `...when(v.ingress.enabled, { host })`, `...when(v.backup.url, { url }, { claim })`.
 */
export function when<Fields extends object>(condition: Condition, fields: Fields): Partial<Fields>;
export function when<Fields extends object, Others extends object>(
  condition: Condition,
  fields: Fields,
  otherwise: Others,
): Partial<Fields> | Partial<Others>;
export function when(condition: Condition, fields: object, otherwise?: object): object {
  return block({ keyword: 'if', condition }, fields, ...(otherwise ? [otherwise] : []));
}

/** Items that are there if the condition holds, and others if it does not: `...whenItems(v.backup.enabled, [container])`. */
export const whenItems = <Item>(condition: Condition, items: readonly Item[], otherwise?: readonly Item[]) =>
  [block({ keyword: 'if', condition }, items, ...(otherwise ? [otherwise] : []))] as Item[];

/**
 * A field that is there unless its value is empty, which no number or boolean should be taken for:
 * `...optional('tolerations', v.tolerations)`. Where a third argument is given, the field has that value then.
 */
export const optional = <Key extends string, T extends string | object>(
  key: Key,
  value: Expr<T>,
  otherwise?: unknown,
) => {
  const head: Head = { keyword: 'with', pipeline: value.pipeline };
  const field = { [key]: new Expr<T>('.', value.style) };
  return block(head, field, ...(otherwise === undefined ? [] : [{ [key]: otherwise }])) as unknown as {
    [K in Key]?: Expr<T>;
  };
};

/** Items for each element of a list: `...each(v.ingress.hosts, (host) => [{ host }])`. */
export const each = <T, Item>(
  list: Expr<readonly T[]> & { readonly element?: Expr },
  items: (element: Ref<T>) => readonly Item[],
) => [block({ keyword: 'range', pipeline: list.pipeline }, items(list.element as Ref<T>))] as Item[];

/** The elements of a list, taken as they are: `...itemsOf(v.extraEnv)`. */
export const itemsOf = (list: Expr<readonly unknown[]>) =>
  [block({ keyword: 'with', pipeline: list.pipeline }, [new Expr('.', 'block')])] as never[];

/** The entries of a map, beside others: `annotations: { a: 'b', ...fieldsOf(v.podAnnotations) }`. */
export const fieldsOf = (map: Expr<Record<string, string>>) =>
  (map.pipeline.startsWith('include ') // a named template is not empty
    ? block({ keyword: 'fields' }, map)
    : block({ keyword: 'with', pipeline: map.pipeline }, new Expr('.', 'block'))) as Record<never, never>;

/** A comment in the template, before the next field: why it is as it is. */
export const comment = (text: string) => block({ keyword: 'comment', text }) as Record<never, never>;
/** A comment in the template, before the next item of a list. */
export const itemComment = (text: string) => [block({ keyword: 'comment', text })] as never[];

/** YAML inside a string, such as a file in a ConfigMap. */
export const yamlText = (content: object) => block({ keyword: 'yaml' }, content) as unknown as string;
