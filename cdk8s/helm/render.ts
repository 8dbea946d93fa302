import { Document, type Node, Pair, Scalar, type ScalarTag, stringify, YAMLMap, YAMLSeq } from 'yaml';
import { CLOSE, type Condition, Expr, OPEN, ROOT } from './expr.ts';

const EXPR = new RegExp(`${OPEN}(\\w+):([^${CLOSE}]*)${CLOSE}`, 'g');
const BLOCK = new RegExp(`^${OPEN}(if|with|range|yaml) ?([^${CLOSE}]*)${CLOSE}\\d+$`);
const STEP = 2;
/** Helm and Kubernetes read YAML 1.1, in which `on` and `0644` need quotes to be strings. */
const version = '1.1';

/** Where in a template something is printed. */
interface Place {
  readonly indent: number;
  /** The indent of the YAML document around it: that of the file, or of a file within it. */
  readonly margin: number;
  /** Inside `with` or `range`, where the dot is no longer the root context. */
  readonly rebound: boolean;
}
const TOP: Place = { indent: 0, margin: 0, rebound: false };

/** A manifest as the text of a Helm template. */
export function render(manifest: unknown, when?: Condition): string {
  const yaml = renderYaml(manifest, TOP);
  return when ? `{{- if ${code(when.pipeline, TOP)} }}\n${yaml}{{- end }}\n` : yaml;
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
  const yaml = soleBlock(value, 'yaml');
  return yaml
    ? template(`|\n${renderYaml(yaml[1], { ...place, margin: place.indent }).trimEnd()}`)
    : collection(value, place);
}

type Entry = readonly [key: string | undefined, value: unknown];

/** The fields of a map or the items of a list. In both, a block has a marked key. */
const entries = (body: object): Entry[] =>
  Array.isArray(body)
    ? body.map((item): Entry => soleBlock(item, 'if', 'with', 'range') ?? [undefined, item])
    : Object.entries(body);

/** The block that an object is made of, if it is one of these. */
const soleBlock = (value: object, ...keywords: string[]): Entry | undefined =>
  Object.entries(value ?? {}).find(
    ([key], _, all) => all.length === 1 && keywords.includes(BLOCK.exec(key)?.[1] ?? ''),
  );

/** A map or list. Lines of template code go where YAML lets comments go. */
function collection(body: object, place: Place): Node {
  const result = Array.isArray(body) ? new YAMLSeq() : new YAMLMap();
  let lines: string[] = [];

  function add([key, value]: Entry, at: Place): void {
    const [, keyword, pipeline = ''] = BLOCK.exec(key ?? '') ?? [];
    if (keyword) {
      lines.push(`{{- ${keyword} ${code(pipeline, at)} }}`);
      const inside = { ...at, rebound: at.rebound || keyword !== 'if' };
      const fields = soleExpr(value);
      if (fields) lines.push(blockAction(fields.pipeline, inside));
      else for (const entry of entries(value as object)) add(entry, inside);
      lines.push('{{- end }}');
      return;
    }
    const items = key === undefined ? soleExpr(value) : undefined;
    if (items?.style === 'block') {
      lines.push(blockAction(items.pipeline, at));
      return;
    }
    const node = toNode(value, { ...at, indent: at.indent + STEP });
    const item = key === undefined ? node : new Pair(new Scalar(key), node);
    if (lines.length > 0) (item instanceof Pair ? item.key : item).commentBefore = lines.join('\n');
    lines = [];
    result.items.push(item as never);
  }

  for (const entry of entries(body)) add(entry, place);
  if (result.items.length === 0 && lines.length > 0)
    return template(lines.map((line) => onOwnLine(line, place)).join(''));
  if (lines.length > 0) result.comment = lines.join('\n');
  return result;
}

function scalar(value: string, place: Place): Scalar {
  const expr = soleExpr(value);
  if (expr?.style === 'block') return template(onOwnLine(blockAction(expr.pipeline, place), place));
  if (expr) return template(`{{ ${code(expr.pipeline, place)}${expr.style === 'quoted' ? ' | quote' : ''} }}`);

  const literal = value.replaceAll('{{', '{{`{{`}}');
  if (literal.search(EXPR) < 0) return new Scalar(literal);
  const text = literal.replaceAll(EXPR, (_, _style, pipeline: string) => `{{ ${code(pipeline, place)} }}`);
  if (text.includes('\n')) return Object.assign(new Scalar(text), { type: Scalar.BLOCK_LITERAL });

  const sample = literal.replaceAll(EXPR, (_, style) => (style === 'quoted' ? ': ' : 'x'));
  if (stringify(sample, { version }) === `${sample}\n`) return template(text);
  return template(text.includes('"') ? `'${text.replaceAll("'", "''")}'` : `"${text}"`);
}

/** The expression that a value is made of. */
function soleExpr(value: unknown): { style: string; pipeline: string } | undefined {
  if (value instanceof Expr) return value; // in metadata, which cdk8s does not resolve
  if (typeof value !== 'string') return undefined;
  const [[whole, style = '', pipeline = ''] = []] = value.matchAll(EXPR);
  return whole === value ? { style, pipeline } : undefined;
}

const onOwnLine = (line: string, { indent, margin }: Place): string => `\n${' '.repeat(indent - margin)}${line}`;

const blockAction = (pipeline: string, place: Place): string =>
  `{{- ${pipeline.startsWith('include ') ? '' : 'toYaml '}${code(pipeline, place)} | nindent ${place.indent} }}`;

/** A pipeline with the root context spelled out. */
const code = (pipeline: string, { rebound }: Place): string =>
  pipeline.replaceAll(new RegExp(`${ROOT}(?=\\w)`, 'g'), rebound ? '$.' : '.').replaceAll(ROOT, rebound ? '$' : '.');
