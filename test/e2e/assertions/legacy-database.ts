import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

/** A database file as an old program would have left it, and what is in it. */
export interface LegacyDatabase {
  readonly bytes: Buffer;
  readonly invoiceIds: readonly number[];
  /** The company of its one customer, by which the service finds its invoices and no others. */
  readonly company: string;
}

const COUNT = 60;

/** Makes a file with Chinook's tables, in rollback-journal mode and with pages of 1024 bytes. */
export function legacyDatabase(): LegacyDatabase {
  const company = 'Brought-Along Ltd';
  const folder = mkdtempSync(join(tmpdir(), 'liteset-e2e-'));
  const path = join(folder, 'legacy.db');
  try {
    const database = new BetterSqlite3(path);
    database.pragma('page_size = 1024');
    database.pragma('journal_mode = DELETE');
    database.exec(readFileSync('app/invoices/database/migrations/001-chinook.sql', 'utf8'));
    database.exec(`
      INSERT INTO MediaType VALUES (1, 'MPEG');
      INSERT INTO Track (TrackId, Name, MediaTypeId, Milliseconds, UnitPrice) VALUES (7, 'A Song', 1, 180000, 1.99);
      INSERT INTO Customer (CustomerId, FirstName, LastName, Company, Email)
        VALUES (3, 'Ada', 'Lovelace', '${company}', 'ada@example.com')`);
    const invoice = database.prepare(
      'INSERT INTO Invoice (InvoiceId, CustomerId, InvoiceDate, Total) VALUES (?, 3, ?, 1.99)',
    );
    const line = database.prepare(
      'INSERT INTO InvoiceLine (InvoiceId, TrackId, UnitPrice, Quantity) VALUES (?, 7, 1.99, 1)',
    );
    const invoiceIds = Array.from({ length: COUNT }, (_, index) => 1001 + index * 3);
    for (const id of invoiceIds) {
      invoice.run(id, '2019-05-06 00:00:00');
      line.run(id);
    }
    database.close();
    const bytes = readFileSync(path);
    // Bytes 16-17: page size; 18-19: 1 is the rollback journal, 2 the write-ahead log.
    if (bytes.readUInt16BE(16) !== 1024 || bytes[18] !== 1) throw new Error('the file is not as old programs make it');
    return { bytes, invoiceIds, company };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
