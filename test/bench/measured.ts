import type { Result } from './generator.ts';

/** The rounds of one system under one load. */
export interface Measured {
  system: string;
  load: string;
  clients: number;
  invoices: number;
  results: Result[];
}

/** The middle one of the rounds; of an even number the lower. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0;
}
