import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Database } from '../../../app/invoices/database/database.ts';
import { migrate } from '../../../app/invoices/database/migrate.ts';
import { fill } from '../../../app/invoices/sample/fill.ts';

/** A database file of the service, with some invoices. */
export function sampleDatabase(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'liteset-e2e-'));
  try {
    const path = join(folder, 'invoices.db');
    const database = new Database(path);
    migrate(database, resolve('app/invoices/database/migrations'));
    fill(database, { invoices: 60 });
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
