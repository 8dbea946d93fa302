import type { Liteset } from './interface.ts';

/** Whether the process is going down; set by the signal handler. */
export interface Lifecycle {
  draining: boolean;
}

/** How long a replica may stand still before others answer in its place, in milliseconds. */
const STANDSTILL_MS = 30_000;

/** Why this pod should get no requests, as far as Liteset knows; undefined if it should. It does not depend on other pods' health. */
export function whyNotReady(
  liteset: Pick<Liteset, 'connected' | 'standstillMs'>,
  { draining }: Lifecycle,
): string | undefined {
  if (draining) return 'The process is going down.';
  if (!liteset.connected()) return 'LiteFS is not connected, or has never known a primary.';
  const standstillMs = liteset.standstillMs();
  if (standstillMs <= STANDSTILL_MS) return undefined;
  return `This copy has not followed the primary for ${Math.round(standstillMs / 1_000)} s: somebody reads without an end, or much is on its way.`;
}
