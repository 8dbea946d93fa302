import type { Counters } from '../counters.ts';
import { tellSidecar } from '../lib/tell-sidecar.ts';
import type { Position } from '../litefs/position.ts';
import type { Logger } from '../options.ts';
import type { DiscardedTransactions } from './discarded.ts';

/** Who hears of discarded transactions. */
export interface DiscardedListeners {
  /** Keeps copies of them. Default: nobody does. */
  kept: DiscardedTransactions | undefined;
  counters: Counters;
  logger: Logger;
  /** Where whoever keeps the lease is told, see app/lease/kubernetes/discarded-event.ts. Default: nowhere. */
  fenceUrl: string | undefined;
}

/** Tells everybody which transactions of this pod are not in the primary's history; none, if a snapshot only took their place. */
export function reportDiscarded(positions: readonly Position[], listeners: DiscardedListeners): void {
  const { kept, counters, logger, fenceUrl } = listeners;
  if (positions.length > 0) {
    counters.discardedTransactions += positions.length;
    const [first, last] = [positions[0]?.txid, positions.at(-1)?.txid];
    logger.error(
      `liteset: ${positions.length} transactions of this pod are not in the primary's history and were discarded: TXID ${first} to ${last}`,
    );
    tellSidecar(fenceUrl, '/discarded', { count: positions.length, first, last }, logger);
  }
  kept?.settle(positions);
}
