import { join } from 'node:path';
import { Eta } from 'eta';
import type { Liteset } from '../../liteset/liteset.ts';
import type { Problem } from '../../liteset/problem/problem.ts';
import * as format from './format.ts';

/** Renders pages. Each shows the pod that renders it, its role and its position. */
export interface View {
  render(name: string, data: Record<string, unknown>): string;
  error(problem: Problem): string;
}

/** The pages of a folder of templates. */
export function createView(appDir: string, liteset: Liteset, pod: string): View {
  const eta = new Eta({ views: join(appDir, 'views'), cache: true });
  const render = (name: string, data: Record<string, unknown>): string =>
    eta.render(`./${name}`, {
      ...data,
      format,
      pod: { name: pod, role: liteset.role(), position: liteset.position() },
    });
  return {
    render,
    error: (problem) => render('error', { title: problem.kind.title, status: problem.kind.status, problem }),
  };
}
