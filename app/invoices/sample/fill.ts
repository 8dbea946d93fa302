import type { Database } from '../database/database.ts';
import { note } from '../database/migrate.ts';
import { catalogSize, writeCatalog } from './catalog.ts';
import { invoiceWriter } from './invoices.ts';
import { seeded } from './random.ts';

/** The seed of the sample data, unless another is asked for. */
export const SEED = 412;
/** How many invoices are written in one transaction. */
const BATCH = 20_000;

/** What the sample data are, and who is told how far they are written. */
export interface FillOptions {
  invoices: number;
  seed?: number;
  onProgress?: (written: number) => void;
}

/** Fills the empty tables with sample data: the same for the same numbers, wherever and whenever. */
export function fill(database: Database, { invoices, seed = SEED, onProgress = () => {} }: FillOptions): void {
  const random = seeded(seed);
  const size = catalogSize(invoices);
  database.write(() => writeCatalog(database, random, size));
  const write = invoiceWriter(database, random, size, invoices);
  for (let from = 1; from <= invoices; from += BATCH) {
    const to = Math.min(from + BATCH - 1, invoices);
    database.write(() => write(from, to));
    onProgress(to);
  }
}

/**
 * Fills a database that this process has just made, in one transaction which also records that it was done. The record
 * is in the database, so that it is never done again after somebody deleted the rows or imported others. Returns
 * whether it was done.
 */
export function fillNewDatabase(database: Database, invoices: number): boolean {
  if (invoices === 0) return false;
  return database.write(() => {
    const first = note(database, 'sample');
    if (first) fill(database, { invoices });
    return first;
  });
}
