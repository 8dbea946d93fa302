import { resolve } from 'node:path';
import { type Measured, median } from './measured.ts';
import type { Start } from './system.ts';

type Systems = Record<string, { start: Start }>;

const OTHER = ' of the other';

/** The systems of another checkout, by names that tell them from this one's. It needs its own node_modules and hack/.bin. */
export async function systemsOf(checkout: string): Promise<Systems> {
  const { systems } = (await import(resolve(checkout, 'test/bench/systems.ts'))) as { systems: Systems };
  return Object.fromEntries(Object.entries(systems).map(([name, system]) => [name + OTHER, system]));
}

/** Both names of a system: here, and in the other checkout. */
export const both = (name: string): string[] => [name, name + OTHER];

/** Requests a second here through those in the other checkout, round by round: the median, and the extremes. */
export function ratios(measured: readonly Measured[]): string {
  const rows = measured.flatMap((here) => {
    const other = measured.find((one) => one.system === here.system + OTHER && isAlike(one, here));
    if (!other) return [];
    const each = here.results.map(
      ({ perSecond }, round) => perSecond / (other.results[round]?.perSecond ?? Number.NaN),
    );
    const [middle, least, most] = [median(each), Math.min(...each), Math.max(...each)].map((ratio) => ratio.toFixed(2));
    return [`| ${[here.load, here.clients, here.system, middle, least, most].join(' | ')} |`];
  });
  return ['| load | clients | system | here / other | min | max |', `|${'---|'.repeat(6)}`, ...rows].join('\n');
}

const isAlike = (one: Measured, other: Measured): boolean =>
  one.load === other.load && one.clients === other.clients && one.invoices === other.invoices;
