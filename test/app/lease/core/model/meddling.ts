import { type LeaseRecord, UNHELD } from '../../../../../app/lease/core/record.ts';
import { Random } from './random.ts';
import type { World } from './world.ts';

/** Plans it, at random times of its own, so that the other faults of a seed are what they are without it. */
export function planMeddling(world: World, seed: number, end: number): void {
  const random = new Random(seed + 1e9);
  const { api, events, timing } = world;
  const identities = world.pods.map(({ sidecar }) => sidecar.elector.self.identity);
  const meddle = {
    none: () => {},
    'takes it away': () => (random.chance(0.7) ? api.delete() : api.put(UNHELD, events.now)),
    'puts an older one back': () => api.restore(1 + random.below(6), 2 * timing.leaseMs, events.now),
    'edits it': () => api.edit(anEdit(random, /[1-9a-f]/.test(api.noted), identities), events.now),
  }[world.meddling];
  for (let count = 1 + random.below(3); count > 0; count--) events.after(random.between(0, end), meddle);
}

function anEdit(random: Random, anyData: boolean, identities: readonly string[]): Partial<LeaseRecord> {
  const garbage = ['', 'garbage', '{}', '\u0000'.repeat(9), '__proto__', '9'.repeat(99)][random.below(6)] as string;
  const edits: Partial<LeaseRecord>[] = [
    { holder: identities[random.below(identities.length + 1)] ?? garbage },
    { session: garbage },
    { pod: garbage },
    { primary: garbage, address: garbage },
    { clusterId: garbage, clusterIdConfirmed: random.chance(0.5) },
    // Where there is no data at all, an empty pod cannot know that the Lease lies.
    {
      positions: random.chance(0.5) || !anyData ? {} : { db: `${'f'.repeat(16)}/${'f'.repeat(16)}`, constructor: 'x' },
    },
    { epoch: [0, 1, 2 ** 31 - 1][random.below(3)] as number },
    { durationMs: random.chance(0.5) ? 0 : 20_000 },
  ];
  return edits[random.below(edits.length)] as Partial<LeaseRecord>;
}
