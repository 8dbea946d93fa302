import { environment } from './environment.ts';
import { headers } from './headers.ts';
import { metrics } from './metrics.ts';
import { problems } from './problems.ts';
import { values } from './values.ts';

/** The folder of the pages that are made from code. */
export const FOLDER = 'docs/reference';

/** Every page that is made from code: its file in `FOLDER`, and its content. */
export const pages = (): Readonly<Record<string, string>> => ({
  'values.md': values(),
  'environment.md': environment(),
  'headers.md': headers(),
  'problems.md': problems(),
  'metrics.md': metrics(),
});
