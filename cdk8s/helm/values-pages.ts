import { Document, isMap, isScalar, stringify, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { commentWidth, wrap } from './prose.ts';
import { type Schema, valuesSchema } from './values.ts';

/** The heading that a value stands below, with others. */
const headings = z.registry<{ readonly title: string }>();

/** Values of the top level that belong together, below a heading in values.yaml and in the README. */
export function group<Values extends Record<string, z.ZodType>>(title: string, values: Values): Values {
  for (const schema of Object.values(values)) headings.add(schema, { title });
  return values;
}

const headingOf = (values: z.ZodObject, key: string): string | undefined =>
  headings.get(values.shape[key] as z.ZodType)?.title;

/** What a value means, with the words that it may have, unless the description explains them. */
function explanation({ description = '', enum: choices = [] }: Schema): string {
  const unexplained = choices.filter((choice) => !description.includes(`\`${choice}\``));
  return unexplained.length > 0 ? `${description} One of ${choices.join(', ')}.` : description;
}

/** The content of values.yaml: each value with its default, below its description and an example. */
export function valuesYaml(values: z.ZodObject): string {
  const schema = valuesSchema(values);
  const document = new Document(defaults(schema));
  if (!isMap(document.contents)) return document.toString();
  describe(document.contents, schema, 0);
  let previous: string | undefined;
  for (const { key } of document.contents.items) {
    if (!isScalar<string>(key)) continue;
    const heading = headingOf(values, key.value);
    if (heading !== undefined && heading !== previous)
      key.commentBefore = `# ${heading}\n${key.commentBefore ? `\n${key.commentBefore}` : ''}`;
    previous = heading;
  }
  return document.toString({ lineWidth: 0 });
}

function defaults(schema: Schema): unknown {
  if (schema.default !== undefined || !schema.properties) return schema.default;
  const known = Object.entries(schema.properties).map(([key, child]) => [key, defaults(child)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

function describe(map: YAMLMap, schema: Schema, depth: number): void {
  for (const { key, value } of map.items) {
    if (!isScalar<string>(key)) continue;
    const child = schema.properties?.[key.value];
    if (child?.description) key.commentBefore = comment(key.value, child, depth);
    key.spaceBefore = depth === 0 && key !== map.items[0]?.key;
    if (child && isMap(value)) describe(value, child, depth + 1);
  }
}

/** The comment above a value, without the `#` of each line. */
function comment(key: string, schema: Schema, depth: number): string {
  const lines = wrap(explanation(schema), commentWidth(2 * depth));
  for (const example of schema.examples ?? []) {
    const yaml = stringify({ [key]: example }, { lineWidth: 0, version: '1.1' }).trimEnd(); // as Helm reads YAML
    lines.push('Example:', ...yaml.split('\n').map((line) => `  ${line}`));
  }
  return lines.map((line) => ` ${line}`).join('\n');
}

/** The values for the README: below each heading, a table. */
export function valuesTable(values: z.ZodObject): string {
  const lines: string[] = [];
  let previous: string | undefined;
  for (const [key, schema] of Object.entries(valuesSchema(values).properties ?? {})) {
    const heading = headingOf(values, key);
    if (lines.length === 0 || heading !== previous) {
      if (lines.length > 0) lines.push('');
      if (heading !== undefined) lines.push(`### ${heading}`, '');
      lines.push('| Value | Default | Description |', '|---|---|---|');
    }
    previous = heading;
    lines.push(...rows({ properties: { [key]: schema } }, ''));
  }
  return lines.join('\n');
}

function* rows(schema: Schema, path: string): Generator<string> {
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const name = path ? `${path}.${key}` : key;
    if (child.properties && child.default === undefined) yield* rows(child, name);
    else if (child.description)
      yield `| \`${name}\` | \`${JSON.stringify(child.default)}\` | ${explanation(child)}${inWords(child)} |`;
  }
}

/** An example that fits into a cell of a table. */
const inWords = ({ examples = [] }: Schema): string =>
  examples.flatMap((example) => (typeof example === 'string' ? [` For example \`${example}\`.`] : [])).join('');
