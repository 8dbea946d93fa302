import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { abortOnClose } from '../lib/http.ts';
import { answerLines, toLine } from '../lib/json-lines.ts';
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
  const gone = abortOnClose(res);
  const line = () => {
    const limit = confirmed.limit();
    return toLine(limit ? { [confirmed.database]: formatPosition(limit) } : {});
  };
  const send = answerLines(res);
  for (let sent = ''; !gone.aborted; ) {
    sent = line();
    send(sent);
    await delay(INTERVAL_MS, undefined, { signal: gone }).catch(() => {});
    await confirmed.changes.until(() => line() !== sent, Number.POSITIVE_INFINITY, gone);
  }
}
