import type { Writes } from '../../liteset/group-commit/writes.ts';
import type { Database } from '../database/database.ts';
import { once } from '../model/idempotency.ts';
import { createInvoice, deleteInvoice } from '../model/invoice.ts';
import type { NewInvoice } from '../model/schemas.ts';

/**
 * The invoice that was asked for, as JSON: made where it is written, and a text crosses to another thread for less than an
 * object. `replayed`: it is that of an earlier request with the same key.
 */
export interface Created {
  invoiceId: number;
  json: string;
  replayed: boolean;
}

/** The writes of requests, by the names with which a thread is asked for them. */
const writes = {
  createInvoice(database: Database, key: string | undefined, input: NewInvoice): Created {
    const { answer, json, replayed } = once(database, key, input, () => createInvoice(database, input));
    return { invoiceId: answer.invoiceId, json, replayed };
  },
  deleteInvoice: (database: Database, id: number): void => deleteInvoice(database, id),
};

export type WriteName = keyof typeof writes;

/** How writes are done on a database, in the thread that asks. */
export const writesOn = (database: Database): Writes => ({
  connection: () => database.connection,
  write: (name, values) => write(database, name as WriteName, values),
  explain: (error) => database.explain(error),
});

function write(database: Database, name: WriteName, values: readonly unknown[]): unknown {
  return (writes[name] as (database: Database, ...values: readonly unknown[]) => unknown)(database, ...values);
}
