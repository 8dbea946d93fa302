import { formatMoney } from '../../../../app/invoices/model/money.ts';
import type { Invoice, InvoiceList } from '../../../../app/invoices/model/schemas.ts';
import { seeded } from '../../../../app/invoices/sample/random.ts';
import { newDatabase, rowCounts, serveDuringTests } from '../rig/service.ts';

const database = newDatabase(50);
const service = serveDuringTests(database);

const lines = [{ trackId: 1, quantity: 2 }];
const json = async <Body>(answer: Response): Promise<Body> => (await answer.json()) as Body;

test('an invoice that was written can be read where Location says', async () => {
  const answer = await service.post('/api/invoices', { customerId: 2, invoiceDate: '2026-01-31', lines });
  expect(answer.status).toBe(201);
  const written = await json<Invoice>(answer);
  expect(written).toMatchObject({ customerId: 2, invoiceDate: '2026-01-31T00:00:00Z', total: '1.98' });
  const read = await service.get(String(answer.headers.get('Location')));
  expect(await json(read)).toEqual(written);
});

test('an invoice carries its customer and its lines with track, album and artist', async () => {
  const invoice = await json<Invoice>(await service.get('/api/invoices/1'));
  expect(invoice.customer.customerId).toBe(invoice.customerId);
  expect(invoice.lines[0]).toEqual({
    invoiceLineId: 1,
    trackId: expect.any(Number),
    track: expect.any(String),
    album: expect.any(String),
    artist: expect.any(String),
    unitPrice: expect.stringMatching(/^\d+\.\d\d$/),
    quantity: expect.any(Number),
    amount: expect.stringMatching(/^\d+\.\d\d$/),
  });
});

test('the total is the exact sum of the lines, where binary fractions would be a cent off', async () => {
  const random = seeded(3);
  for (let round = 0; round < 40; round++) {
    const priced = Array.from({ length: random.int(1, 30) }, () => {
      const cents = random.int(0, 99_999);
      const decimal = formatMoney(cents);
      return {
        trackId: random.int(1, 100),
        quantity: random.int(1, 90),
        unitPrice: random.chance(0.5) ? decimal : Number(decimal),
        cents,
      };
    });
    const expected = priced.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
    const body = { customerId: 1, lines: priced.map(({ cents: _, ...line }) => line) };
    const written = await json<Invoice>(await service.post('/api/invoices', body));
    expect(written.total).toBe(formatMoney(expected));
    expect(await json(await service.get(`/api/invoices/${written.invoiceId}`))).toEqual(written);
  }
});

test('without billing fields the invoice is billed to the customer’s address, with one to the given address only', async () => {
  const own = await json<Invoice>(await service.post('/api/invoices', { customerId: 3, lines }));
  expect(own.billingCity).toBe(own.customer.city);
  const other = await json<Invoice>(await service.post('/api/invoices', { customerId: 3, lines, billingCity: 'Faro' }));
  expect(other).toMatchObject({ billingCity: 'Faro', billingAddress: null, billingCountry: null });
});

test('a deleted invoice is gone with its lines', async () => {
  const before = rowCounts(database);
  const { invoiceId } = await json<Invoice>(await service.post('/api/invoices', { customerId: 1, lines }));
  expect((await service.get(`/api/invoices/${invoiceId}`, { method: 'DELETE' })).status).toBe(204);
  expect((await service.get(`/api/invoices/${invoiceId}`)).status).toBe(404);
  expect((await service.get(`/api/invoices/${invoiceId}`, { method: 'DELETE' })).status).toBe(404);
  expect(rowCounts(database)).toEqual(before);
});

test('the list takes all its parameters at once', async () => {
  const path = '/api/invoices?limit=3&sort=total&from=2021-01-01&to=2030-01-01T00:00:00Z&q=a';
  const list = await json<InvoiceList>(await service.get(path));
  expect(list.items).toHaveLength(3);
  expect(list.nextCursor).toEqual(expect.any(String));
});

test.each([
  ['/api/customers', 'customerId'],
  ['/api/tracks', 'trackId'],
])('%s finds and limits', async (path, key) => {
  const { items } = await json<{ items: Record<string, unknown>[] }>(await service.get(`${path}?q=e&limit=4`));
  expect(items).toHaveLength(4);
  expect(items[0]).toHaveProperty(key);
});

test('the cluster is told as far as this pod knows it', async () => {
  expect(await json(await service.get('/api/cluster'))).toEqual({
    primary: 'test-0',
    pods: [{ pod: 'test-0', role: 'primary', position: '0000000000000000', lagTransactions: 0, self: true }],
  });
});

test('HEAD and OPTIONS are answered', async () => {
  expect((await service.get('/api/invoices/1', { method: 'HEAD' })).status).toBe(200);
  const options = await service.get('/api/invoices', { method: 'OPTIONS' });
  expect([options.status, options.headers.get('Allow')]).toEqual([204, 'GET, POST']);
});

test('the OpenAPI document names every path, and each reference in it leads somewhere', async () => {
  const text = await (await service.get('/api/openapi.json')).text();
  const document = JSON.parse(text) as { openapi: string; paths: object; components: { schemas: object } };
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(Object.keys(document.paths)).toEqual([
    ...['/api/invoices', '/api/invoices/{id}', '/api/customers', '/api/tracks', '/api/cluster'],
  ]);
  const references = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => String(name));
  expect(references.length).toBeGreaterThan(5);
  for (const name of references) expect(document.components.schemas).toHaveProperty(name);
});
