import { setTimeout as delay } from 'node:timers/promises';
import type { Membership } from './membership.ts';
import { askStatus } from './peers.ts';

/** How long LiteFS is left to find the primary itself, and how often the others are asked then, in milliseconds. */
const PATIENCE_MS = 1_000;

/**
 * Asks the other pods who is the primary, while this pod's LiteFS follows none: it may be cut off from where the lease is
 * kept, and the others not. Without this a pod would hold each request that needs the primary until its time is over.
 * What they say is no more than a hint: the pod that is asked to write decides by its own lease.
 */
export async function discoverPrimary(
  membership: Membership,
  port: number,
  addresses: () => Promise<string[]>,
  signal: AbortSignal,
): Promise<void> {
  const isLost = () => membership.role === 'replica' && !membership.following;
  while (!signal.aborted) {
    await membership.changes.until(isLost, Number.POSITIVE_INFINITY, signal);
    await delay(PATIENCE_MS, undefined, { signal }).catch(() => {});
    if (!signal.aborted && isLost()) await ask(membership, port, await addresses(), isLost);
  }
}

async function ask(membership: Membership, port: number, addresses: string[], isLost: () => boolean): Promise<void> {
  await Promise.all(
    addresses.map(async (address) => {
      const status = await askStatus(address, port);
      if (status?.role !== 'primary' || status.pod === membership.pod || !isLost()) return;
      membership.suggest(status.pod, address);
    }),
  );
}
