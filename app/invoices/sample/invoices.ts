import type { Database } from '../database/database.ts';
import { toColumn as toDate } from '../model/dates.ts';
import { fromColumn, toColumn } from '../model/money.ts';
import type { CatalogSize } from './catalog.ts';
import type { Random } from './random.ts';

/** The days over which the invoices are spread: five years, whenever they are made. */
const FIRST_DAY = Date.UTC(2021, 0, 1);
const DAYS = 5 * 365 + 1;

interface Address {
  Address: string | null;
  City: string | null;
  State: string | null;
  Country: string | null;
  PostalCode: string | null;
}

/** Returns what writes the invoices `from` to `to` of `total`, each with up to 14 lines, on days that go up. */
export function invoiceWriter(database: Database, random: Random, size: CatalogSize, total: number) {
  const { connection } = database;
  const addressOf = connection.prepare<[number], Address>(
    'SELECT Address, City, State, Country, PostalCode FROM Customer WHERE CustomerId = ?',
  );
  const priceOf = connection.prepare<[number], number>('SELECT UnitPrice FROM Track WHERE TrackId = ?').pluck();
  const insert = connection.prepare('INSERT INTO Invoice VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const insertLine = connection.prepare(
    'INSERT INTO InvoiceLine (InvoiceId, TrackId, UnitPrice, Quantity) VALUES (?, ?, ?, ?)',
  );
  const one = (id: number): void => {
    const customerId = random.int(1, size.customers);
    const lines = Array.from({ length: random.pick([1, 2, 2, 4, 6, 9, 14]) }, () => {
      const trackId = random.int(1, size.tracks);
      return { trackId, cents: fromColumn(priceOf.get(trackId) as number), quantity: random.chance(0.9) ? 1 : 2 };
    });
    const cents = lines.reduce((sum, line) => sum + line.cents * line.quantity, 0);
    const day = FIRST_DAY + Math.floor(((id - 1) * DAYS) / total) * 86_400_000;
    const { Address, City, State, Country, PostalCode } = addressOf.get(customerId) as Address;
    insert.run(id, customerId, toDate(new Date(day)), Address, City, State, Country, PostalCode, toColumn(cents));
    for (const line of lines) insertLine.run(id, line.trackId, toColumn(line.cents), line.quantity);
  };
  return (from: number, to: number): void => {
    for (let id = from; id <= to; id++) one(id);
  };
}
