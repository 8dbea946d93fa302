import { code } from './code.ts';

/** Named templates that are made in TypeScript, by name. Those that are written by hand are in static/templates/_helpers.tpl. */
const templates = new Map<string, string>();

/**
 * Adds the named template `liteset.<name>` to _helpers.tpl. `body` gets a function that spells out an expression.
 *
 * @throws if there is one of that name already.
 */
export function define(name: string, why: string, body: (spell: (pipeline: string) => string) => string): void {
  if (templates.has(name)) throw new Error(`two templates are named liteset.${name}`);
  const text = body((pipeline) => code(pipeline, false));
  templates.set(name, `{{- /* ${why} */}}\n{{- define "liteset.${name}" -}}\n${text}\n{{- end }}\n`);
}

/** The text of these templates, in the order in which they were defined. */
export const definitions = (): string => [...templates.values()].join('\n');
