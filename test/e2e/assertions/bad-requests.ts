import type { Request } from '../cluster/http.ts';
import type { Order } from './invoices.ts';

/** A request that the service must refuse, and the status of the refusal. */
export interface BadRequest {
  readonly what: string;
  readonly path: string;
  readonly request: Request;
  readonly expected: number;
}

const ATTACKS = [
  "' OR 1=1 --",
  '1; DROP TABLE Invoice',
  '%00',
  '../../etc/passwd',
  '\u202e',
  '<script>',
  '1e9',
  '-1',
  '0x10',
  'NaN',
];

/** Bad requests of every class. The thousands are in test/app; these show that a proxy in front changes nothing. */
export function badRequests(order: Order): BadRequest[] {
  const bad: BadRequest[] = [];
  const add = (what: string, expected: number, path: string, request: Request = {}) =>
    bad.push({
      what,
      path,
      request: { ...request, headers: { accept: 'application/json', ...request.headers } },
      expected,
    });
  const post = (what: string, expected: number, body: unknown, headers = {}) =>
    add(what, expected, '/api/invoices', { method: 'POST', body, headers });

  for (const attack of ATTACKS) {
    const text = encodeURIComponent(attack);
    add(`an id ${attack}`, 404, `/api/invoices/${text}`);
    add(`deleting an id ${attack}`, 404, `/api/invoices/${text}`, { method: 'DELETE' });
    add(`a limit ${attack}`, 400, `/api/invoices?limit=${text}`);
    add(`a cursor ${attack}`, 400, `/api/invoices?cursor=${text}`);
    add(`a customer ${attack}`, 400, `/api/invoices?customerId=${text}`);
    add(`a date ${attack}`, 400, `/api/invoices?from=${text}`);
    post(`a customer ${attack} in an order`, 422, { ...order, customerId: attack });
    post(`a date ${attack} in an order`, 422, { ...order, invoiceDate: attack });
    post(`a quantity ${attack}`, 422, { ...order, lines: [{ ...order.lines[0], quantity: attack }] });
  }
  add('an unknown invoice', 404, '/api/invoices/999999999');
  add('an unknown path', 404, '/api/nothing');
  add('an unknown parameter', 400, '/api/invoices?unknown=1');
  add('a method that is not allowed', 405, '/api/invoices', { method: 'PUT', body: {} });
  // No body counts as an empty one, and the parser takes nothing but objects and lists for JSON.
  for (const text of ['', '[]']) post(`the body ${JSON.stringify(text)}`, 422, text);
  for (const text of ['{', 'null', '"text"', '{"customerId":1', '\u0000'])
    post(`the body ${JSON.stringify(text)}`, 400, text);
  post('a body of another type', 415, '<order/>', { 'content-type': 'application/xml' });
  post('a body that is too large', 413, { ...order, billingCity: 'x'.repeat(200_000) });
  post('a customer who does not exist', 422, { ...order, customerId: 999_999_999 });
  post('a track that does not exist', 422, { ...order, lines: [{ trackId: 999_999_999, quantity: 1 }] });
  post('no lines', 422, { ...order, lines: [] });
  post('a field that does not exist', 422, { ...order, total: 0 });
  post('a negative price', 422, { ...order, lines: [{ ...order.lines[0], unitPrice: '-1.00' }] });
  post('a bad idempotency key', 400, order, { 'idempotency-key': 'x'.repeat(300) });
  return bad;
}
