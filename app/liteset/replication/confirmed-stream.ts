import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { formatPosition, type Position } from '../litefs/position.ts';
import type { Changes } from '../membership/changes.ts';

/** Where whoever keeps the lease is told how far this pod has acknowledged writes, on the cluster port. */
export const CONFIRMED_PATH = '/liteset/confirmed';

/** How often at the most, in milliseconds: a loaded primary confirms a thousand positions a second. */
const INTERVAL_MS = 50;

/** What is told, and when to look at it again. */
export interface Confirmed {
  /** Name of the database, as LiteFS has it. */
  readonly database: string;
  readonly changes: Changes;
  /** See `AcknowledgedLimit`. */
  limit(): Position | undefined;
}

/**
 * `GET /liteset/confirmed`: JSON lines, one now and one with each change: `{"invoices.db": "<TXID>/<checksum>"}`, the
 * position beyond which this primary has acknowledged nothing, or `{}` where that is not known or writes are
 * acknowledged without replicas. A new primary that has that position has all that was acknowledged.
 */
export async function tellConfirmed(confirmed: Confirmed, res: ServerResponse): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const line = () => {
    const limit = confirmed.limit();
    return `${JSON.stringify(limit ? { [confirmed.database]: formatPosition(limit) } : {})}\n`;
  };
  res.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  for (let told = ''; !gone.signal.aborted; ) {
    told = line();
    res.write(told);
    await delay(INTERVAL_MS, undefined, { signal: gone.signal }).catch(() => {});
    await confirmed.changes.until(() => line() !== told, Number.POSITIVE_INFINITY, gone.signal);
  }
}
