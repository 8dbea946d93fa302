import { randomUUID } from 'node:crypto';
import { type Failure, type Load, type Report, startLoad } from '../cluster/load.ts';
import type { Release } from '../cluster/release.ts';
import { idOf, type Order } from './invoices.ts';

/** Readers of the API and of a page, through the Ingress, until they are stopped. */
export const startReaders = (release: Release): Load =>
  startLoad({ endpoint: release.ingress, path: '/api/invoices?limit=5' });

/** Writers through the Ingress, until they are stopped. Each order is sent once. `rest` is their pause, in milliseconds. */
export const startWriters = (release: Release, order: Order, rest = 50): Load =>
  startLoad({
    endpoint: release.ingress,
    path: '/api/invoices',
    request: () => ({ method: 'POST', body: order, headers: { 'idempotency-key': randomUUID() } }),
    expect: 201,
    clients: 2,
    rest,
  });

/** No request of the load failed, and there were some. */
export function noneFailed(report: Report): void {
  expect(report.failures.map(told)).toEqual([]);
  expect(report.answers.length).toBeGreaterThan(50);
}

/** What was not written was refused with 503 and the time to come back. */
export function acknowledgedOrToldToComeBack(report: Report): void {
  const others = report.failures.filter(({ answer }) => answer?.status !== 503 || !answer.headers['retry-after']);
  expect(others.map(told)).toEqual([]);
}

/** Numbers of the invoices that were acknowledged. */
export const acknowledged = ({ answers }: Report): number[] => answers.map(idOf);

const told = ({ at, reason }: Failure): string => `${at} ms: ${reason}`;
