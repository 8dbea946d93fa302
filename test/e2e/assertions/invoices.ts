import { type Answer, ask, type Endpoint, json, type Request } from '../cluster/http.ts';
import { primary, sql } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { until } from '../cluster/until.ts';

/** An order that the service accepts. */
export interface Order {
  readonly customerId: number;
  readonly lines: readonly { readonly trackId: number; readonly quantity: number }[];
}

/** An invoice that was acknowledged. */
export interface Written {
  readonly id: number;
  readonly token: string;
  readonly answer: Answer;
}

/** An order of a customer and a track that exist. */
export async function anOrder(endpoint: Endpoint): Promise<Order> {
  const first = async <T>(path: string): Promise<T> => {
    const [item] = json<{ items: T[] }>(await ask(endpoint, path)).items;
    if (item === undefined) throw new Error(`there is nothing at ${path}`);
    return item;
  };
  const { customerId } = await first<{ customerId: number }>('/api/customers?limit=1');
  const { trackId } = await first<{ trackId: number }>('/api/tracks?limit=1');
  return { customerId, lines: [{ trackId, quantity: 1 }] };
}

/** Writes an invoice. @throws Error if it was not acknowledged */
export async function write(endpoint: Endpoint, order: Order, request: Request = {}): Promise<Written> {
  const answer = await ask(endpoint, '/api/invoices', { ...request, method: 'POST', body: order });
  return { id: idOf(answer), token: answer.token, answer };
}

/** Number of the invoice that an answer acknowledges. */
export const idOf = (answer: Answer): number => json<{ invoiceId: number }>(answer, 201).invoiceId;

/** Waits until the release takes a write, and returns it. */
export const writesWork = (release: Release, order: Order, limit: 'FAILOVER' | 'CONSUL_FAILOVER' | 'NEW_PRIMARY') =>
  until(`a write on ${release.name}`, limit, () => write(release.ingress, order));

/** Deletes the invoices that the work adds, also when it fails. */
export async function leavingNoInvoices<T>(release: Release, work: () => Promise<T>): Promise<T> {
  const last = await sql(release, await primary(release), 'SELECT max(InvoiceId) FROM Invoice');
  try {
    return await work();
  } finally {
    const statements = ['InvoiceLine', 'Invoice'].map((table) => `DELETE FROM ${table} WHERE InvoiceId > ${last};`);
    await until('the invoices of the test to be deleted', 'NEW_PRIMARY', async () => {
      await sql(release, await primary(release), `BEGIN IMMEDIATE; ${statements.join(' ')} COMMIT;`);
      return true;
    });
  }
}
