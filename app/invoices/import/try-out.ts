import { ImportRefusal } from '../../liteset/import/import-database.ts';
import { sqliteCode } from '../../liteset/lib/sqlite-code.ts';
import type { Database } from '../database/database.ts';
import { searchCustomers, searchTracks } from '../model/catalog.ts';
import { once } from '../model/idempotency.ts';
import { createInvoice, deleteInvoice, getInvoice } from '../model/invoice.ts';
import { countInvoices, listInvoices } from '../model/list.ts';
import { type Invoice, InvoiceQuery, type NewInvoice } from '../model/schemas.ts';
import { type Sort, sorts } from '../model/sorts.ts';
import { sampleInvoice } from './sample-invoice.ts';
import { wrongValues } from './values.ts';

/**
 * Does with a database what requests will do, and undoes it: names and declarations do not tell what its constraints,
 * triggers, indexes and values allow. Returns what could not be tried. Throws an ImportRefusal with what failed.
 */
export function tryOut(database: Database): string[] {
  const { connection } = database;
  connection.exec('BEGIN IMMEDIATE');
  try {
    return rehearse(database);
  } finally {
    if (connection.inTransaction) connection.exec('ROLLBACK');
  }
}

function rehearse(database: Database): string[] {
  refuseWrongValues(database);
  attempt('Reading the invoices', () => readAll(database));
  const sample = sampleInvoice(database);
  if (!sample) return ['no invoice was tried out: there is no customer, or no track'];
  const broken = countBroken(database);
  const created = attempt('Writing an invoice', () => write(database, sample));
  if (countBroken(database) > broken) throw failed('Writing an invoice', 'a deferred FOREIGN KEY constraint fails');
  refuseWrongValues(database);
  attempt('Reading the invoices', () => readAll(database));
  attempt('Deleting an invoice', () => deleteInvoice(database, created));
  if (countBroken(database) > broken) throw failed('Deleting an invoice', 'a deferred FOREIGN KEY constraint fails');
  const next = attempt('Writing a second invoice', () => write(database, sample));
  if (next <= created) throw failed('Writing a second invoice', `number ${created} was given twice`);
  return [];
}

/** Writes an invoice as a request with an idempotency key does. Returns its number. */
function write(database: Database, sample: NewInvoice): number {
  const { answer } = once(database, `import ${Math.random()}`, sample, () => createInvoice(database, sample));
  const read = getInvoice(database, answer.invoiceId);
  const changed = (Object.keys(answer) as (keyof Invoice)[]).find(
    (name) => JSON.stringify(read[name]) !== JSON.stringify(answer[name]),
  );
  if (changed)
    throw new Error(
      `a trigger or a rule changes it: ${changed} was ${told(answer[changed])}, and is ${told(read[changed])}`,
    );
  return answer.invoiceId;
}

const told = (value: unknown): string => JSON.stringify(value).slice(0, 100);

function readAll(database: Database): void {
  for (const sort of Object.keys(sorts) as Sort[]) {
    const { nextCursor } = listInvoices(database, InvoiceQuery.parse({ sort }));
    if (nextCursor !== null) listInvoices(database, InvoiceQuery.parse({ sort, cursor: nextCursor }));
  }
  for (const filter of [{}, { q: 'a' }, { from: '2026-01-01', customerId: 1 }]) countInvoices(database, filter);
  searchCustomers(database, { q: 'a', limit: 1 });
  searchTracks(database, { q: 'a', limit: 1 });
}

/** Rows whose references lead nowhere, where the database says that this is looked at at the end of a transaction only. */
function countBroken({ connection }: Database): number {
  const deferred = connection.prepare("SELECT 1 FROM sqlite_schema WHERE sql LIKE '%DEFERRED%'").get();
  return deferred === undefined ? 0 : (connection.pragma('foreign_key_check') as unknown[]).length;
}

function refuseWrongValues(database: Database): void {
  const wrong = attempt('Looking at the values', () => wrongValues(database));
  if (wrong.length > 0)
    throw new ImportRefusal(`The service cannot show what is in the database: ${wrong.join('; ')}.`);
}

function attempt<Result>(what: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof ImportRefusal ? error : failed(what, words(error as Error));
  }
}

/** What SQLite said, also where the service has told it to a client in words of its own. */
const words = ({ message, cause }: Error): string =>
  sqliteCode(cause) === undefined ? message : (cause as Error).message;

const failed = (what: string, why: string): ImportRefusal =>
  new ImportRefusal(`${what} was tried on the copy, and failed: ${why}. Change the database so that it works.`);
