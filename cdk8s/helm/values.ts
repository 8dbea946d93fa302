import { Document, isMap, isScalar, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { Expr, type Ref, ROOT, type Style } from './expr.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The content of values.schema.json. */
export const valuesSchema = (values: z.ZodObject): Schema =>
  requireScalars(z.toJSONSchema(values, { io: 'input', target: 'draft-7' }) as Schema);

/**
 * `--set a=null` takes away a default of values.yaml. A template can do without a map or a list, which count as
 * empty then, but not without a number or a string.
 */
function requireScalars(schema: Schema): Schema {
  const { properties, required = [] } = schema;
  if (!properties) return schema;
  const scalars = Object.keys(properties).filter(
    (key) => !['object', 'undefined'].includes(typeof properties[key]?.default),
  );
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, requireScalars(child)])),
    required: [...required, ...scalars],
  };
}

/** References to `.Values`, for use in manifests. */
export const references = <Values extends z.ZodObject>(values: Values) =>
  reference(`${ROOT}Values`, valuesSchema(values)) as Ref<z.output<Values>>;

function reference(path: string, schema: Schema): Expr {
  const ref = new Expr(pipeline(path, schema), style(schema));
  const below = Object.entries(schema.properties ?? {}).map(([key, child]) => {
    if (!/^[a-z][A-Za-z0-9]*$/.test(key) || key in ref)
      throw new Error(`a template cannot refer to a value named ${key}`);
    return [key, reference(`${path}.${key}`, child)] as const;
  });
  return Object.assign(ref, Object.fromEntries(below), schema.items && { element: reference('', schema.items) });
}

function pipeline(path: string, { type, default: fallback, maximum = Infinity }: Schema): string {
  // values.yaml has no place for the defaults of list elements, so the template applies them.
  const value =
    path.startsWith('.') && typeof (fallback ?? {}) !== 'object'
      ? `${path} | default ${JSON.stringify(fallback)}`
      : path || '.';
  // Helm holds numbers as floats, and prints a million as 1e+06.
  return type === 'integer' && maximum >= 1e6 ? `${value} | int64` : value;
}

function style({ type }: Schema): Style {
  if (type === 'object' || type === 'array') return 'block';
  return type === 'string' ? 'quoted' : 'bare';
}

/** What a value means, and which ones there are. */
const explanation = ({ description = '', enum: choices = [] }: Schema): string =>
  [description, ...(choices.length > 0 ? [`One of ${choices.join(', ')}.`] : [])].join(' ');

/** The content of values.yaml: each value with its default, below its description. */
export function valuesYaml(values: z.ZodObject): string {
  const schema = valuesSchema(values);
  const document = new Document(defaults(schema));
  if (isMap(document.contents)) describe(document.contents, schema, true);
  return document.toString({ lineWidth: 0 });
}

function defaults(schema: Schema): unknown {
  if (schema.default !== undefined || !schema.properties) return schema.default;
  const known = Object.entries(schema.properties).map(([key, child]) => [key, defaults(child)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

function describe(map: YAMLMap, schema: Schema, spaced: boolean): void {
  for (const { key, value } of map.items) {
    if (!isScalar<string>(key)) continue;
    const child = schema.properties?.[key.value];
    if (child?.description) key.commentBefore = explanation(child).replaceAll(/^/gm, ' ');
    key.spaceBefore = spaced && key !== map.items[0]?.key;
    if (child && isMap(value)) describe(value, child, false);
  }
}

/** The table of values for the README. */
export function valuesTable(values: z.ZodObject): string {
  const rows = function* (schema: Schema, path: string): Generator<string> {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      const name = path ? `${path}.${key}` : key;
      if (child.properties && child.default === undefined) yield* rows(child, name);
      else if (child.description)
        yield `| \`${name}\` | \`${JSON.stringify(child.default)}\` | ${explanation(child)} |`;
    }
  };
  return ['| Value | Default | Description |', '|---|---|---|', ...rows(valuesSchema(values), '')].join('\n');
}
