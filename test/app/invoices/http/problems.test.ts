import { newDatabase, rowCounts, serveDuringTests } from '../rig/service.ts';

const database = newDatabase(5);
const service = serveDuringTests(database);
const json = { 'Content-Type': 'application/json' };
const line = { trackId: 1, quantity: 1 };

interface Case {
  what: string;
  path: string;
  init?: RequestInit;
  status: number;
  type: string;
  fields?: string[];
}
const post = (body: unknown): RequestInit => ({ method: 'POST', headers: json, body: JSON.stringify(body) });
const invoice = (changes: object): RequestInit => post({ customerId: 1, lines: [line], ...changes });

const cases: Case[] = [
  {
    what: 'malformed JSON',
    path: '/api/invoices',
    init: { method: 'POST', headers: json, body: '{"a":' },
    status: 400,
    type: 'malformed-json',
  },
  {
    what: 'no body',
    path: '/api/invoices',
    init: { method: 'POST', headers: json },
    status: 422,
    type: 'invalid-body',
    fields: ['customerId', 'lines'],
  },
  {
    what: 'a body of another type',
    path: '/api/invoices',
    init: { method: 'POST', body: 'a=b' },
    status: 415,
    type: 'unsupported-media-type',
  },
  {
    what: 'a body in an unknown encoding',
    path: '/api/invoices',
    init: { method: 'POST', headers: { ...json, 'Content-Encoding': 'zip' }, body: '{}' },
    status: 415,
    type: 'unsupported-media-type',
  },
  {
    what: 'a body that is too large',
    path: '/api/invoices',
    init: post({ a: 'x'.repeat(200_000) }),
    status: 413,
    type: 'body-too-large',
  },
  {
    what: 'an absent customer',
    path: '/api/invoices',
    init: invoice({ customerId: 999_999 }),
    status: 422,
    type: 'invalid-body',
    fields: ['customerId'],
  },
  {
    what: 'absent tracks',
    path: '/api/invoices',
    init: invoice({ lines: [line, { ...line, trackId: 999_999 }] }),
    status: 422,
    type: 'invalid-body',
    fields: ['lines[1].trackId'],
  },
  {
    what: 'several bad fields',
    path: '/api/invoices',
    init: invoice({ customerId: '1', invoiceDate: '2026-02-30', colour: 1, lines: [{ ...line, quantity: 0 }] }),
    status: 422,
    type: 'invalid-body',
    fields: ['customerId', 'invoiceDate', 'lines[0].quantity', 'colour'],
  },
  ...['9999-12-31T23:59:59-23:59', '0000-01-01T00:00:00+23:59', '2026-02-29', '2026-01-31T24:00:00Z'].map(
    (invoiceDate) => ({
      what: `the date ${invoiceDate}`,
      path: '/api/invoices',
      init: invoice({ invoiceDate }),
      status: 422,
      type: 'invalid-body',
      fields: ['invoiceDate'],
    }),
  ),
  {
    what: 'a day after the last year',
    path: `/api/invoices?from=${encodeURIComponent('9999-12-31T23:59:59-01:00')}`,
    status: 400,
    type: 'invalid-query',
    fields: ['from'],
  },
  {
    what: 'no lines',
    path: '/api/invoices',
    init: invoice({ lines: [] }),
    status: 422,
    type: 'invalid-body',
    fields: ['lines'],
  },
  {
    what: 'a third decimal',
    path: '/api/invoices',
    init: invoice({ lines: [{ ...line, unitPrice: 0.999 }] }),
    status: 422,
    type: 'invalid-body',
    fields: ['lines[0].unitPrice'],
  },
  {
    what: 'a total that is too large',
    path: '/api/invoices',
    init: invoice({ lines: [{ ...line, quantity: 2, unitPrice: '99999999.99' }] }),
    status: 422,
    type: 'invalid-body',
    fields: ['lines'],
  },
  {
    what: 'a text that is too long',
    path: '/api/invoices',
    init: invoice({ billingCity: 'x'.repeat(41) }),
    status: 422,
    type: 'invalid-body',
    fields: ['billingCity'],
  },
  { what: 'an unknown invoice', path: '/api/invoices/999999', status: 404, type: 'not-found' },
  { what: 'an invoice that is no number', path: '/api/invoices/1%20OR%201', status: 404, type: 'not-found' },
  { what: 'a malformed path', path: '/api/invoices/%E0%A4%A', status: 400, type: 'malformed-request' },
  { what: 'an unknown path', path: '/api/nothing', status: 404, type: 'not-found' },
  {
    what: 'a method that is not there',
    path: '/api/invoices/1',
    init: { method: 'PUT' },
    status: 405,
    type: 'method-not-allowed',
  },
  { what: 'a bad cursor', path: '/api/invoices?cursor=abc', status: 400, type: 'bad-cursor' },
  {
    what: 'a bad parameter',
    path: '/api/invoices?limit=0&from=yesterday&x=1',
    status: 400,
    type: 'invalid-query',
    fields: ['limit', 'from', 'x'],
  },
  { what: 'a repeated parameter', path: '/api/invoices?q=a&q=b', status: 400, type: 'invalid-query', fields: ['q'] },
];

test.each(cases)(
  '$what is answered with $status and the problem $type',
  async ({ path, init, status, type, fields }) => {
    const before = rowCounts(database);
    const answer = await service.get(path, init);
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
    const problem = (await answer.json()) as { errors?: { field: string }[] };
    expect(problem).toMatchObject({
      type: `urn:liteset:problem:${type}`,
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(answer.status).toBe(status);
    if (fields) expect(problem.errors?.map(({ field }) => field).sort()).toEqual([...fields].sort());
    expect(rowCounts(database)).toEqual(before);
  },
);

test('the first and the last second that a date may have are kept as they are', async () => {
  for (const invoiceDate of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
    const answer = await service.get('/api/invoices', invoice({ invoiceDate }));
    expect([answer.status, await answer.json()]).toEqual([201, expect.objectContaining({ invoiceDate })]);
  }
});

const unknown = (count: number) => Object.fromEntries(Array.from({ length: count }, (_one, i) => [`key${i}`, 1]));
test.each<[string, RequestInit]>([
  ['at one place', invoice(unknown(8_000))],
  ['at a thousand places', invoice({ lines: Array.from({ length: 1_000 }, () => unknown(8)) })],
])('thousands of bad fields %s are answered with the first twenty', async (_where, init) => {
  const answer = await service.get('/api/invoices', init);
  const text = await answer.text();
  expect([answer.status, JSON.parse(text).errors.length, text.length < 4_000]).toEqual([422, 20, true]);
  expect(JSON.parse(text).detail).toMatch(/; and more$/);
});

test('a method that is not there comes with those that are', async () => {
  expect((await service.get('/api/invoices/1', { method: 'PUT' })).headers.get('Allow')).toBe('GET, DELETE');
});

test('a browser gets a page instead', async () => {
  const answer = await service.get('/invoices/999999', { headers: { Accept: 'text/html,*/*' } });
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=utf-8']);
  expect(await answer.text()).toContain('There is no invoice 999999.');
});

test('an unknown error is logged, and answered without a word of it', async () => {
  database.connection.exec('CREATE TRIGGER secret BEFORE INSERT ON Invoice BEGIN SELECT inner_secret(); END');
  const answer = await service.get('/api/invoices', invoice({}));
  database.connection.exec('DROP TRIGGER secret');
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
  expect(service.errors.join()).toContain('inner_secret');
});

test('a database that another process has locked answers 503 and Retry-After', async () => {
  const { Database } = await import('../../../../app/invoices/database/database.ts');
  const other = new Database(database.path);
  other.connection.exec('BEGIN IMMEDIATE');
  const answer = await service.get('/api/invoices', invoice({}));
  other.connection.exec('ROLLBACK');
  other.close();
  expect([answer.status, answer.headers.get('Retry-After'), service.errors.at(-1)]).toEqual([
    503,
    '1',
    expect.anything(),
  ]);
});
