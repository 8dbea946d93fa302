import { request } from 'node:http';
import { type Random, seeded } from '../../../../app/invoices/sample/random.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { newDatabase, rowCounts, serveDuringTests } from '../rig/service.ts';

const REQUESTS = 2_400;
const database = newDatabase(20);
const service = serveDuringTests(database);

const texts = [
  "'",
  '"',
  "'; DROP TABLE Invoice; --",
  '%',
  '_',
  '\\',
  '\0',
  '\uD800',
  '<script>',
  '../../etc/passwd',
  'é'.repeat(300),
  '-1',
  '0',
  '1e9',
  'null',
  '',
  '9007199254740993',
  '[]',
  '{}',
  'true',
  '2026-02-30',
  '__proto__',
  '☃',
];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'TRACE', 'PURGE'];
const paths = [
  '/',
  '/api/invoices',
  '/invoices',
  '/api/invoices',
  '/api/invoices/',
  '/api/customers',
  '/api/tracks',
  '/api/openapi.json',
  '/invoices',
  '/invoices/new',
  '/invoices/',
  '/cluster',
  '/public/',
  '/readyz',
  '//',
  '/api',
];
const parameters = [
  'limit',
  'cursor',
  'sort',
  'customerId',
  'from',
  'to',
  'q',
  'add',
  'remove',
  'choose',
  'trackId',
  'quantity',
  'x[y]',
  '__proto__',
];
const types = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  '',
  'application/json;',
];

interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

function anything(random: Random, depth = 0): unknown {
  const kind = random.int(0, depth > 3 ? 5 : 7);
  if (kind === 0) return random.pick(texts);
  if (kind === 1) return random.pick([0, -1, 1.5, 1e308, 2 ** 53, 2 ** 31, 1]);
  if (kind === 2) return random.chance(0.5);
  if (kind === 3) return null;
  if (kind < 6) return random.int(-5, 50);
  if (kind === 6) return Array.from({ length: random.int(0, 4) }, () => anything(random, depth + 1));
  return Object.fromEntries([
    [random.pick(texts), anything(random, depth + 1)],
    ['lines', anything(random, depth + 1)],
  ]);
}

/** A good invoice with one thing in it replaced, so that requests get past the first check. */
function almostGood(random: Random): unknown {
  const body: Record<string, unknown> = { customerId: 1, lines: [{ trackId: 1, quantity: 1, unitPrice: '0.99' }] };
  const field = random.pick(['customerId', 'lines', 'invoiceDate', 'billingCity', 'other', 'line']);
  if (field !== 'line') return { ...body, [field]: anything(random) };
  const line = { trackId: 1, quantity: 1, [random.pick(['trackId', 'quantity', 'unitPrice', 'x'])]: anything(random) };
  return { ...body, lines: [line] };
}

function body(random: Random): string {
  const kind = random.int(0, 5);
  if (kind === 0) return random.pick(texts).repeat(random.int(1, 50));
  if (kind === 1) return JSON.stringify(anything(random)).slice(0, random.int(1, 30));
  if (kind === 2) return JSON.stringify(anything(random));
  if (kind === 3 && random.chance(0.5)) return `{"a":"${'x'.repeat(300_000)}"}`;
  if (kind === 4)
    return `trackId=${encodeURIComponent(random.pick([...texts, '1', '1', '1']).toWellFormed())}&quantity=1&customerId=1`;
  return JSON.stringify(almostGood(random));
}

function generate(random: Random): Sent {
  const method = random.chance(0.5) ? random.pick(['GET', 'POST']) : random.pick(methods);
  const encoded = (text: string): string => (random.chance(0.9) ? encodeURIComponent(text.toWellFormed()) : '%zz%0');
  let path = random.pick(paths);
  if (path.endsWith('/') && path !== '/')
    path += random.chance(0.3) ? `${random.int(1, 60_000)}` : encoded(random.pick(texts));
  const query = Array.from(
    { length: random.int(0, 3) },
    () => `${random.pick(parameters)}=${encoded(random.pick(texts))}`,
  );
  const maybe = (probability: number, name: string, values: string[]): Record<string, string> =>
    random.chance(probability) ? { [name]: random.pick(values) } : {};
  const headers: Record<string, string> = {
    ...maybe(0.3, 'Accept', ['text/html', 'application/json', 'x', '*/*;q=z']),
    ...maybe(0.2, 'Idempotency-Key', ['k', 'a b', 'x'.repeat(300), "'"]),
    ...maybe(0.1, 'Liteset-Token', ['x', '0-0', "'", '-']),
    ...maybe(0.1, 'Cookie', ['liteset-token=', 'liteset-token=%%', ';;=', '=']),
  };
  const hasBody = !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method) && random.chance(0.9);
  const text = hasBody ? body(random) : undefined;
  const usual = text?.startsWith('trackId=') ? 'application/x-www-form-urlencoded' : 'application/json';
  const type = random.chance(0.8) ? usual : random.pick(types);
  if (hasBody && type !== '') headers['Content-Type'] = type;
  return { method, path: path + (query.length > 0 ? `?${query.join('&')}` : ''), headers, body: text };
}

/** Not fetch: it refuses some of these methods and paths itself. */
function send({ method, path, headers, body: text }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: service.port(), method, path, headers, agent: false };
    const sending = request(options, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    // A body that is too large is refused before it was read.
    sending.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve(413) : reject(error),
    );
    sending.end(text);
  });
}

test(
  `${REQUESTS} generated requests: none fails the server, and a refused one writes nothing`,
  async () => {
    const random = seeded(20_261_124);
    const seen = new Map<number, number>();
    for (let index = 0; index < REQUESTS; index++) {
      const sent = generate(random);
      const before = rowCounts(database);
      const status = await send(sent);
      seen.set(status, (seen.get(status) ?? 0) + 1);
      const told = `request ${index}: ${JSON.stringify(sent).slice(0, 500)} -> ${status}`;
      if (status >= 500) throw new Error(`${told}\n${service.errors.join('')}`);
      if (status >= 400 && JSON.stringify(rowCounts(database)) !== JSON.stringify(before))
        throw new Error(`wrote: ${told}`);
    }
    // The generator is of use only while it reaches all these: good reads, writes, and each kind of refusal.
    expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 201, 303, 400, 404, 405, 413, 415, 422]));
  },
  TIMEOUTS.STORY,
);
