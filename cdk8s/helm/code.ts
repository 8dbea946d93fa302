import { ROOT } from './expr.ts';

/** A pipeline with the root context spelled out: `$` where `with` or `range` has given the dot another meaning. */
export const code = (pipeline: string, rebound: boolean): string =>
  pipeline.replaceAll(new RegExp(`${ROOT}(?=\\w)`, 'g'), rebound ? '$.' : '.').replaceAll(ROOT, rebound ? '$' : '.');
