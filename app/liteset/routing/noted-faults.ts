import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where app/volume notes a fault a line, if no sidecar of the lease counts them. */
export const FAULTS = 'faults';

/** How many faults are noted in a folder of LiteFS's; 0 if there is no such file. */
export async function notedFaults(folder: string): Promise<number> {
  const text = await readFile(join(folder, FAULTS), 'utf8').catch(() => '');
  return text.split('\n').length - 1;
}
