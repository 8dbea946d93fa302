/** What somebody does to the Lease itself in a schedule, if anything. */
export type Meddling = 'none' | 'takes it away' | 'puts an older one back' | 'edits it';

/** Every second schedule has a Lease that only the pods write. */
export const meddlingOf = (seed: number): Meddling =>
  (['none', 'takes it away', 'none', 'puts an older one back', 'none', 'edits it'] as const)[seed % 6] ?? 'none';
