import { type Head, headOf } from './blocks.ts';
import { code } from './code.ts';
import { asserts, type Condition, given, not } from './condition.ts';
import { CLOSE, Expr, OPEN } from './expr.ts';
import { commentLines, hiddenComment } from './prose.ts';

/** Where in a template something is printed. */
export interface Place {
  readonly indent: number;
  /** The indent of the YAML document around it: that of the file, or of a file within it. */
  readonly margin: number;
  /** Inside `with` or `range`, where the dot is no longer the root context. */
  readonly rebound: boolean;
  /** What the blocks around it have asked. */
  readonly known: readonly Condition[];
}

/** A field of a map or, without a key, an item of a list. */
export interface Entry {
  readonly key?: string;
  readonly value: unknown;
  readonly place: Place;
}

/**
 * The entries of a map or a list, and between them, as text, the lines of template code. From
 * `{ a: 1, ...when(v.on, { b: 2 }) }` come the entry `a`, `{{- if .Values.on }}`, the entry `b` and `{{- end }}`.
 */
export function* flatten(body: object, place: Place): Generator<Entry | string> {
  for (const { key, value, head, bodies = [] } of parts(body)) {
    const items = key === undefined ? soleExpr(value) : undefined;
    if (head) yield* block(head, bodies, place);
    else if (items?.style === 'block') yield blockAction(items.pipeline, place);
    else yield { ...(key !== undefined && { key }), value, place };
  }
}

function* block(head: Head, [body, otherwise]: readonly unknown[], place: Place): Generator<Entry | string> {
  switch (head.keyword) {
    case 'comment':
      // In a file within a manifest the comment would be a part of the file.
      if (place.margin > 0) yield hiddenComment(head.text, place.indent);
      else yield* commentLines(head.text, place.indent);
      return;
    case 'if': {
      const asked = given(place.known, head.condition);
      const inside = (holds: Condition) => ({ ...place, known: [...place.known, ...asserts(holds)] });
      if (asked) yield `{{- if ${code(asked.pipeline, place.rebound)} }}`;
      yield* contents(body, inside(head.condition));
      if (asked && otherwise) yield* ['{{- else }}', ...contents(otherwise, inside(not(head.condition)))];
      if (asked) yield '{{- end }}';
      return;
    }
    case 'with':
    case 'range':
      yield `{{- ${head.keyword} ${code(head.pipeline, place.rebound)} }}`;
      yield* contents(body, { ...place, rebound: true, known: [] });
      if (otherwise) yield* ['{{- else }}', ...contents(otherwise, place)];
      yield '{{- end }}';
      return;
    default:
      yield* contents(body, place);
  }
}

/** What is in a block: entries, or an expression for all of them. */
function* contents(body: unknown, place: Place): Generator<Entry | string> {
  const all = soleExpr(body);
  if (all) yield blockAction(all.pipeline, place);
  else yield* flatten(body as object, place);
}

interface Part {
  readonly key?: string;
  readonly value?: unknown;
  readonly head?: Head;
  readonly bodies?: readonly unknown[];
}

/** The parts of a map or list: fields, items, or blocks, whose key is marked in both. */
const parts = (body: object): Part[] =>
  Array.isArray(body)
    ? body.map((item) => soleBlock(item) ?? { value: item })
    : Object.entries(body).map(([key, value]) => {
        const head = headOf(key);
        return head ? { head, bodies: value } : { key, value };
      });

/** The block that an object is made of, if it is one. */
export function soleBlock(value: unknown): { head: Head; bodies: readonly unknown[] } | undefined {
  const fields = typeof value === 'object' && value ? Object.entries(value) : [];
  const [key = '', bodies] = fields.length === 1 && fields[0] ? fields[0] : [];
  const head = headOf(key);
  return head && { head, bodies };
}

/** An expression in the text of a value. */
export const EXPR = new RegExp(`${OPEN}(\\w+):([^${CLOSE}]*)${CLOSE}`, 'g');

/** The expression that a value is made of. */
export function soleExpr(value: unknown): { style: string; pipeline: string } | undefined {
  if (value instanceof Expr) return value; // in metadata, which cdk8s does not resolve
  if (typeof value !== 'string') return undefined;
  const [[whole, style = '', pipeline = ''] = []] = value.matchAll(EXPR);
  return whole === value ? { style, pipeline } : undefined;
}

/** Template code that prints a map or a list. */
export const blockAction = (pipeline: string, { rebound, indent }: Place): string =>
  `{{- ${pipeline.startsWith('include ') ? '' : 'toYaml '}${code(pipeline, rebound)} | nindent ${indent} }}`;
