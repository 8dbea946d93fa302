import { Document, type Node, Pair, Scalar, type ScalarTag, stringify, YAMLMap, YAMLSeq } from 'yaml';
import { code } from './code.ts';
import { asserts, type Condition } from './condition.ts';
import { Expr } from './expr.ts';
import { blockAction, EXPR, flatten, type Place, soleBlock, soleExpr } from './flatten.ts';
import { commentLines } from './prose.ts';

const STEP = 2;
/** Helm and Kubernetes read YAML 1.1, in which `on` and `0644` need quotes to be strings. */
const version = '1.1';
const TOP: Place = { indent: 0, margin: 0, rebound: false, known: [] };

interface Options {
  /** Leaves the manifest out unless this holds. */
  readonly when?: Condition | undefined;
  /** A comment above the manifest. */
  readonly about?: string | undefined;
}

/** A manifest as the text of a Helm template. */
export function render(manifest: unknown, { when, about }: Options = {}): string {
  const comment = about === undefined ? '' : `${commentLines(about, 0).join('\n')}\n`;
  const yaml = comment + renderYaml(manifest, { ...TOP, known: when ? asserts(when) : [] });
  return when ? `{{- if ${code(when.pipeline, false)} }}\n${yaml}{{- end }}\n` : yaml;
}

function renderYaml(value: unknown, place: Place): string {
  const document = new Document<Node>(toNode(value, place), { version, customTags: (tags) => [templateTag, ...tags] });
  const text = document.toString({ indent: STEP, lineWidth: 0, commentString: (line) => line });
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(place.margin));
}

/** Template code in the place of a YAML scalar. */
class Template {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
const template = (text: string) => new Scalar(new Template(text));
const templateTag: ScalarTag = {
  tag: '!template',
  default: true,
  identify: (value) => value instanceof Template,
  resolve: (text) => text,
  stringify: ({ value }) => (value as Template).text,
};

function toNode(value: unknown, place: Place): Node {
  if (value instanceof Expr) return scalar(String(value), place);
  if (typeof value === 'string') return scalar(value, place);
  if (typeof value !== 'object' || value === null) return new Scalar(value);
  const block = soleBlock(value);
  return block?.head.keyword === 'yaml'
    ? template(`|\n${renderYaml(block.bodies[0], { ...place, margin: place.indent }).trimEnd()}`)
    : collection(value, place);
}

/** A map or list. Lines of template code go where YAML lets comments go: before an entry, or after the last one. */
function collection(body: object, place: Place): Node {
  const result = Array.isArray(body) ? new YAMLSeq() : new YAMLMap();
  let lines: string[] = [];
  for (const entry of flatten(body, place)) {
    if (typeof entry === 'string') {
      lines.push(entry);
      continue;
    }
    const value = toNode(entry.value, { ...entry.place, indent: place.indent + STEP });
    const key = entry.key === undefined ? undefined : new Scalar(entry.key);
    if (lines.length > 0) (key ?? value).commentBefore = lines.join('\n');
    lines = [];
    result.items.push((key ? new Pair(key, value) : value) as never);
  }
  if (result.items.length === 0 && lines.length > 0)
    return template(lines.map((line) => onOwnLine(line, place)).join(''));
  if (lines.length > 0) result.comment = lines.join('\n');
  return result;
}

function scalar(value: string, place: Place): Scalar {
  const spell = (pipeline: string) => code(pipeline, place.rebound);
  const expr = soleExpr(value);
  if (expr?.style === 'block') return template(onOwnLine(blockAction(expr.pipeline, place), place));
  if (expr) return template(`{{ ${spell(expr.pipeline)}${expr.style === 'quoted' ? ' | quote' : ''} }}`);

  const literal = value.replaceAll('{{', '{{`{{`}}');
  if (literal.search(EXPR) < 0) return new Scalar(literal);
  const text = literal.replaceAll(EXPR, (_, _style, pipeline: string) => `{{ ${spell(pipeline)} }}`);
  if (text.includes('\n')) return Object.assign(new Scalar(text), { type: Scalar.BLOCK_LITERAL });

  const sample = literal.replaceAll(EXPR, (_, style) => (style === 'quoted' ? ': ' : 'x'));
  if (stringify(sample, { version }) === `${sample}\n`) return template(text);
  return template(text.includes('"') ? `'${text.replaceAll("'", "''")}'` : `"${text}"`);
}

const onOwnLine = (line: string, { indent, margin }: Place): string => `\n${' '.repeat(indent - margin)}${line}`;
