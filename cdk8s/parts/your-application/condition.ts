import { named } from '../../helm/condition.ts';
import { Expr, ROOT } from '../../helm/expr.ts';
import { define } from '../../helm/helpers.ts';
import { ports, v } from '../../names.ts';

/** Whether an application of the user runs, in an image of its own, and not the invoice service. */
export const yours = named(
  'yourApplication',
  'Whether an application of yours runs, in an image of its own, and not the invoice service.',
  v.app.image.repository,
);

/** A port that is another one where the proxy listens: yours may listen on the invoice service's. */
function port(name: 'http' | 'status', proxy: number): Expr<number> {
  define(`${name}Port`, `Port \`${name}\` of the pods: the proxy's, or the invoice service's.`, (spell) =>
    [`{{- if ${spell(yours.pipeline)} }}${proxy}{{ else }}${ports[name]}{{ end }}`].join(''),
  );
  return new Expr<number>(`include "liteset.${name}Port" ${ROOT}`, 'bare');
}

export const httpPort = port('http', ports.proxy);
export const statusPort = port('status', ports.proxyStatus);
