import { type History, inWords } from '../../lib/load/history.ts';
import { Load } from '../../lib/load/load.ts';
import type { Release } from '../cluster/release.ts';
import { timeout } from '../cluster/timeouts.ts';
import { invoiceService } from '../load/invoice-service.ts';
import type { Order } from './invoices.ts';

/** How many acknowledged writes, and how many reads, a story must have seen to say something of them. */
const SOME = 20;

/** Readers through the Ingress who have just come, until they are stopped. */
export const startReaders = (release: Release, order: Order): Load =>
  new Load(invoiceService(release.ingress, order), { writers: 0, strangers: 3 });

/** Writers through the Ingress, until they are stopped. Each order is sent once. `restMs` is their pause. */
export const startWriters = (release: Release, order: Order, restMs = 50): Load =>
  new Load(invoiceService(release.ingress, order), {
    writers: 2,
    restMs,
    patienceMs: timeout('NEW_PRIMARY'),
  });

/** Waits until enough writes were acknowledged to judge by. */
export const someAcknowledged = (load: Load): Promise<void> => load.acknowledges(SOME + 1);

/** No reader without a token got another answer than the list, and there were some. */
export function noReadFailed(history: History): void {
  expect(history.failedReads(true)).toEqual([]);
  expect(history.operations.filter(({ kind }) => kind === 'read').length).toBeGreaterThan(SOME);
}

/** Each write was acknowledged the first time it was sent, and there were some. */
export function noWriteFailed(history: History): void {
  expect(history.unsuccessful).toEqual([]);
  expect(history.acknowledged.length).toBeGreaterThan(SOME);
}

/** Each write was acknowledged, or answered with 503 and the time to come back; and some were acknowledged. */
export function acknowledgedOrToldToComeBack(history: History): void {
  const others = [...history.writes('unknown'), ...history.writes('refused')].filter(({ retryLater }) => !retryLater);
  expect(others.map(inWords)).toEqual([]);
  expect(history.acknowledged.length).toBeGreaterThan(SOME);
}

/** The same where the lease moves: a write waits for the next primary, and none is refused. An answer may be lost with its pod. */
export function acknowledgedOrToBeSentAgain(history: History): void {
  expect(history.writes('refused').map(inWords)).toEqual([]);
  acknowledgedOrToldToComeBack(history);
}
