import { z } from 'zod';
import { Expr, type Ref, ROOT, type Style } from './expr.ts';

/** As much as is read of a JSON Schema. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly maximum?: number;
  readonly minItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The content of values.schema.json. */
export const valuesSchema = (values: z.ZodObject): Schema =>
  requireScalars(patternsOfNames(z.toJSONSchema(values, { io: 'input', target: 'draft-7' }) as Schema));

/**
 * Says by `patternProperties` which names a map may have: of a name that `propertyNames` does not take, Helm 4.3 and 3.22
 * say that it is in another value.
 */
const patternsOfNames = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema), (_, part: MapSchema | unknown[] | string | null) => {
    if (typeof part !== 'object' || part === null || !('propertyNames' in part)) return part;
    const { propertyNames, additionalProperties, ...others } = part;
    return propertyNames.pattern === undefined
      ? { ...others, additionalProperties }
      : {
          ...others,
          patternProperties: { [propertyNames.pattern]: additionalProperties },
          additionalProperties: false,
        };
  });

/** The schema of a map with any names. */
interface MapSchema {
  readonly propertyNames: { readonly pattern?: string };
  readonly additionalProperties: unknown;
}

/**
 * `--set a=null` takes away a default of values.yaml. A template can do without a map or a list that may be empty, but
 * not without a number or a string.
 */
function requireScalars(schema: Schema): Schema {
  const { properties, required = [] } = schema;
  if (!properties) return schema;
  const scalars = Object.keys(properties).filter((key) => {
    const { default: fallback, minItems = 0 } = properties[key] ?? {};
    return fallback !== undefined && (typeof fallback !== 'object' || minItems > 0);
  });
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

function style({ type, anyOf }: Schema): Style {
  if (type === 'object' || type === 'array' || anyOf?.every((one) => style(one) === 'block')) return 'block';
  return type === 'string' ? 'quoted' : 'bare';
}
