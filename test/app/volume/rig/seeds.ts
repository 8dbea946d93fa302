/**
 * The seeds of a test that damages volumes: a few, and those that have found something, or with LITESET_LONG all from 1
 * on. LITESET_SEED=17 takes that one alone, LITESET_SEED=201-320 these.
 */
export function seeds(short: number, long: number, found: readonly number[] = []): number[] {
  const wanted = process.env['LITESET_SEED'];
  if (wanted !== undefined) {
    const [first = 1, last = first] = wanted.split('-').map(Number);
    return upTo(last).slice(first - 1);
  }
  return process.env['LITESET_LONG'] ? upTo(long) : [...upTo(short), ...found];
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);
