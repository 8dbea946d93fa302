import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { monotonicMs } from '../liteset/lib/monotonic.ts';
import type { PrimaryLink } from './consul/primary-link.ts';
import type { Elector } from './core/elector.ts';
import type { Driver } from './driver.ts';

/** How long a sidecar that ends tries to give the lease of a dead LiteFS back, and the pause in between, in milliseconds. */
const LAST_MS = 2_500;
const LAST_PAUSE_MS = 100;

/** Looks at the Lease while it is another pod's, and after this pod's LiteFS while it is its own. */
export async function watch(
  elector: Elector,
  driver: Driver,
  link: PrimaryLink,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const look = () =>
    elector.holds() ? driver.run((now) => elector.releaseForDead(now)) : driver.run(() => elector.read());
  while (!signal.aborted) {
    // Whatever is wrong with one look, the next one has to come.
    await look().catch((error: unknown) => logger.error(error, 'cannot look at the Lease'));
    if (elector.otherIsOver) link.cut();
    await delay(elector.timing.pollMs, undefined, { signal }).catch(() => {});
  }
}

/**
 * Gives the lease of a dead LiteFS back. A native sidecar ends after the application's container: nobody else can do that
 * sooner.
 */
export async function giveBack(elector: Elector, driver: Driver): Promise<void> {
  for (const last = monotonicMs() + LAST_MS; elector.holds() && monotonicMs() < last; await delay(LAST_PAUSE_MS))
    await driver.run((now) => elector.releaseForDead(now));
}
