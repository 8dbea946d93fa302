import { z } from 'zod';
import type { PodEvents } from './pod-events.ts';

const txid = z.string().regex(/^[0-9a-f]{16}$/);
const discarded = z.object({ count: z.number().int().positive(), first: txid, last: txid });

/**
 * `POST /discarded` with `{"count": 2, "first": "<TXID>", "last": "<TXID>"}`: the application says that transactions of this
 * pod are not in the primary's history. It becomes an Event of the pod, reason `TransactionsDiscarded`. Returns false if the
 * body cannot be understood.
 */
export function onDiscarded(body: unknown, events: PodEvents): boolean {
  const { data } = discarded.safeParse(body);
  if (data === undefined) return false;
  const message =
    `${data.count} transactions of this pod, TXID ${data.first} to ${data.last}, are not in the primary's history and were ` +
    'discarded. Its log says where those are kept that could be; see docs/how-to/runbooks/lease.md.';
  void events.warn('TransactionsDiscarded', message);
  return true;
}
