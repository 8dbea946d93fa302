import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PrimaryLink } from './consul/primary-link.ts';
import type { Keeper } from './core/keeper.ts';
import type { Driver } from './driver.ts';

/** Looks at the Lease while it is another pod's, and after this pod's LiteFS while it is its own. */
export async function watch(keeper: Keeper, driver: Driver, link: PrimaryLink, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (keeper.holds()) await driver.run((now) => keeper.releaseForDead(now));
    else await driver.run(() => keeper.read());
    if (keeper.otherIsOver) link.cut();
    await delay(keeper.timing.pollMs, undefined, { signal }).catch(() => {});
  }
}

/** Says who holds the lease when that changes, and keeps which other pod did last. */
export function watchHolders(keeper: Keeper, logger: Logger): { former: string | undefined; look(): void } {
  let holder: string | undefined;
  return {
    former: undefined,
    look() {
      const record = keeper.knowledge.known?.record;
      if (record === undefined || record.holder === holder) return;
      logger.info({ holder: record.holder, epoch: record.epoch }, 'the lease has another holder');
      holder = record.holder;
      if (record.pod !== keeper.self.pod) this.former = record.pod;
    },
  };
}
