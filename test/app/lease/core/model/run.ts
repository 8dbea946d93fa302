import { type Pauses, planFaults } from './faults.ts';
import { planMeddling } from './meddling.ts';
import type { Variant } from './variant.ts';
import { World } from './world.ts';

/** What a schedule came to. */
export interface Result {
  /** What must not have happened; empty if all is well. */
  readonly violation: string;
  /** How often a LiteFS became primary or renewed: shows that the schedule was not empty. */
  readonly terms: number;
  /** Whether there was a primary again once the faults had ended. */
  readonly recovered: boolean;
}

/** Runs the schedule of a seed to its end, or to the first violation. */
export function run(seed: number, pauses: Pauses, variant: Variant): Result {
  const world = new World(seed, variant);
  const end = planFaults(world, pauses);
  planMeddling(world, seed, end);
  let violation = '';
  const check = () => {
    if (world.primaries() > 1 || world.api.clusterIds.size > 1 || world.stale !== '')
      violation ||= describe(world, pauses, seed);
  };
  world.start();
  world.events.runUntil(end, check);
  world.loss = 0;
  for (const pod of world.pods) pod.cutOffUntil = 0;
  let recovered = false;
  // Longer than any pause, and than two leases, the grace, and what LiteFS waits in between.
  const last = end + 8 * world.timing.leaseMs + 20_000 + world.timing.graceMs;
  for (let time = end; time < last && !recovered && violation === ''; time += 500) {
    world.events.runUntil(time, check);
    recovered = world.primaries() > 0;
  }
  return { violation, terms: world.terms, recovered };
}

function describe(world: World, pauses: Pauses, seed: number): string {
  const at = `at ${world.events.now.toFixed(0)} ms of seed ${seed}`;
  if (pauses === 'bounded' && world.primaries() > 1) return `two primaries ${at}`;
  if (world.acknowledging() > 1) return `two pods acknowledge ${at}`;
  // Who edits the Lease, or puts an older one back, says himself where the cluster stands and which one it is.
  if (world.meddling === 'edits it' || world.meddling === 'puts an older one back') return '';
  if (world.stale !== '') return `a stale pod becomes primary ${at}`;
  return world.api.clusterIds.size > 1 ? `two cluster ids ${at}` : '';
}
