import { z } from 'zod';
import type { LeaseRecord } from '../core/record.ts';

/** What LiteFS says of itself when it becomes primary (`PrimaryInfo` in lease.go). */
const advertised = z.object({ hostname: z.string().min(1), 'advertise-url': z.url({ protocol: /^http$/ }) });
export type Advertised = z.infer<typeof advertised>;

/** Reads what a LiteFS has said of itself; undefined if it cannot be that: somebody has edited the annotation. */
export function parseAdvertised(primary: string): Advertised | undefined {
  try {
    return advertised.parse(JSON.parse(primary));
  } catch {
    return undefined;
  }
}

/**
 * Where the primary is, by the Lease: as it advertises itself, or if that is not legible, at its address, which it writes
 * anew with each renewal. All pods have the same `port`. Undefined if the Lease does not say that either.
 */
export function advertisedBy(
  { primary, address }: Pick<LeaseRecord, 'primary' | 'address'>,
  port: number,
): Advertised | undefined {
  const legible = parseAdvertised(primary);
  if (legible !== undefined || address === '') return legible;
  return { hostname: address, 'advertise-url': `http://${address.includes(':') ? `[${address}]` : address}:${port}` };
}
