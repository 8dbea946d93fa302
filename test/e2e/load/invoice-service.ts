import type { Service } from '../../lib/load/service.ts';
import type { Order } from '../assertions/invoices.ts';
import { type Endpoint, json } from '../cluster/http.ts';
import { attempt, nothing, outcomeOfWrite, reply } from './attempt.ts';

/** The invoice service as a load uses it: a mark is the billing address of an invoice, and its Idempotency-Key. */
export const invoiceService = (endpoint: Endpoint, order: Order): Service => ({
  async write(mark, token) {
    const headers = { 'idempotency-key': mark };
    const request = { method: 'POST', token, headers, body: { ...order, billingAddress: mark } };
    const [answer, said] = await attempt(endpoint, '/api/invoices', request);
    if (answer === undefined) return nothing(said);
    const outcome = outcomeOfWrite(answer);
    return {
      ...reply(answer, outcome, said),
      ...(outcome === 'done' && { id: json<{ invoiceId: number }>(answer, 201).invoiceId }),
      replayed: answer.headers['idempotency-replayed'] !== undefined,
      retryLater: answer.status === 503 && answer.headers['retry-after'] !== undefined,
    };
  },
  async read(id, token) {
    const path = id === undefined ? '/api/invoices?limit=3' : `/api/invoices/${id}`;
    const [answer, said] = await attempt(endpoint, path, { token });
    if (answer === undefined) return nothing(said);
    const found = answer.status === 200;
    const mayGo = answer.headers['liteset-replicas'] !== undefined;
    return { ...reply(answer, found || answer.status === 404 ? 'done' : 'unknown', said), found, mayGo };
  },
});
