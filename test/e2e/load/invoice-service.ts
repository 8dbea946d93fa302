import type { Outcome } from '../../lib/load/history.ts';
import type { Reply, Service } from '../../lib/load/service.ts';
import type { Order } from '../assertions/invoices.ts';
import { type Answer, ask, type Endpoint, json, type Request } from '../cluster/http.ts';

const PROBLEM = 'urn:liteset:problem:';
/** What may have been done though it is not acknowledged. */
const DONE_PERHAPS = ['not-replicated', 'answer-lost', 'outcome-unknown'].map((name) => `${PROBLEM}${name}`);

/** What became of a write. Only the service's own word says that nothing was written; a proxy's says nothing. */
export function outcomeOfWrite({ status, text }: Answer): Outcome {
  if (status === 201) return 'done';
  const isOurs = text.includes(PROBLEM) && !DONE_PERHAPS.some((type) => text.includes(type));
  return isOurs && (status === 503 || (status >= 400 && status < 500)) ? 'refused' : 'unknown';
}

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

const reply = ({ pod, position, token }: Answer, outcome: Outcome, said: string): Reply => ({
  ...{ outcome, pod, txid: position, token, said },
});
const nothing = (said: string): Reply => ({ outcome: 'unknown', pod: '', txid: '', token: undefined, said });

async function attempt(endpoint: Endpoint, path: string, request: Request): Promise<[Answer | undefined, string]> {
  try {
    const answer = await ask(endpoint, path, request);
    return [answer, answer.status < 300 ? `${answer.status}` : `${answer.status} ${answer.text.slice(0, 200)}`];
  } catch (error) {
    return [undefined, String(error)];
  }
}
