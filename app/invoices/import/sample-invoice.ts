import type { Database } from '../database/database.ts';
import { findCustomer, findTrack } from '../model/catalog.ts';
import { getInvoice } from '../model/invoice.ts';
import { NewInvoice } from '../model/schemas.ts';

/** More lines than this tell nothing new. */
const LINES = 5;

/**
 * An invoice to try a database out with: like its newest, since its constraints allow that one, else of its first customer and
 * track. Undefined if it has none of them.
 */
export function sampleInvoice(database: Database): NewInvoice | undefined {
  return likeNewest(database) ?? ofFirst(database);
}

function likeNewest(database: Database): NewInvoice | undefined {
  const newest = first(database, 'SELECT max(InvoiceId) AS id FROM Invoice');
  if (newest === undefined) return undefined;
  const { customerId, lines } = getInvoice(database, newest);
  if (findCustomer(database, customerId) === undefined) return undefined;
  const known = lines.filter(({ trackId }) => findTrack(database, trackId) !== undefined).slice(0, LINES);
  const copied = known.map(({ trackId, quantity, unitPrice }) => ({ trackId, quantity, unitPrice }));
  return NewInvoice.safeParse({ customerId, lines: copied }).data;
}

function ofFirst(database: Database): NewInvoice | undefined {
  const customerId = first(database, 'SELECT min(CustomerId) AS id FROM Customer');
  const trackId = first(database, 'SELECT min(TrackId) AS id FROM Track');
  return NewInvoice.safeParse({ customerId, lines: [{ trackId, quantity: 1 }] }).data;
}

const first = (database: Database, sql: string): number | undefined =>
  database.statement<{ id: number | null }>(sql).get()?.id ?? undefined;
