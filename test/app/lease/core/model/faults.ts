import type { World } from './world.ts';

/** How far a schedule goes: `bounded` holds processes up for no longer than the times allow for; `any` as long as it likes. */
export type Pauses = 'bounded' | 'any';

/** How long a schedule goes on, in leases. */
const LENGTH = 6;

/** Plans faults at random times: pauses, kills and restarts, switchovers, an API server that is slow, lossy, or away. */
export function planFaults(world: World, pauses: Pauses): number {
  const { random, timing, events } = world;
  const end = LENGTH * timing.leaseMs;
  world.loss = random.chance(0.5) ? 0 : random.between(0, 0.4);
  const count = 2 + random.below(8);
  for (let fault = 0; fault < count; fault++) {
    const pod = world.pods[random.below(world.pods.length)] as (typeof world.pods)[number];
    const kind = random.below(6);
    events.after(random.between(0, end), () => {
      // Who has only just started cannot know that the Lease is an older one.
      if (kind === 0 && world.meddling !== 'puts an older one back' && world.meddling !== 'edits it')
        restart(world, primaryOr(world, pod).sidecar, random.between(10, 3_000));
      if (kind === 1) restart(world, pod.litefs, random.between(300, 4_000));
      if (kind === 2)
        cutOff(
          random.chance(0.7) ? [primaryOr(world, pod)] : world.pods,
          events.now + random.between(0.1, 2) * timing.leaseMs,
        );
      if (kind === 3) switchover(world);
      if (kind === 4 && pauses === 'any') {
        const both = random.chance(0.5);
        const ms = (random.chance(0.5) ? random.between(0.7, 1.3) : random.between(0.1, 3)) * timing.leaseMs;
        const { litefs, sidecar } = primaryOr(world, pod);
        if (both || random.chance(0.5)) litefs.pause(ms);
        if (both || random.chance(0.5)) sidecar.pause(ms);
      }
      if (kind === 5 && world.loss > 0) world.loss = random.between(0, 0.8);
    });
  }
  // One pause in the time that the sums allow for one.
  if (pauses === 'bounded') planShortPauses(world, end);
  return end;
}

function planShortPauses(world: World, end: number): void {
  const { random, timing, events } = world;
  for (const pod of world.pods) {
    for (let at = random.between(0, 2) * timing.leaseMs; at < end; at += random.between(1.5, 4) * timing.leaseMs) {
      const ms = random.between(0.5, 0.95) * timing.pauseMs;
      events.after(at, () => (random.chance(0.5) ? pod.litefs : pod.sidecar).pause(ms));
    }
  }
}

function restart(world: World, process: { alive: boolean; kill(): void; start(): void }, downMs: number): void {
  if (!process.alive) return;
  process.kill();
  world.events.after(downMs, () => process.start());
}

type Pod = World['pods'][number];

const primaryOr = (world: World, other: Pod): Pod => world.pods.find(({ litefs }) => litefs.isPrimary) ?? other;

function cutOff(pods: readonly Pod[], until: number): void {
  for (const pod of pods) pod.cutOffUntil = until;
}

function switchover(world: World): void {
  const primary = world.pods.find(({ litefs }) => litefs.isPrimary)?.litefs;
  const replica = world.pods.find(({ litefs }) => litefs.following === primary)?.litefs;
  if (primary && replica) primary.switchover(replica);
}
