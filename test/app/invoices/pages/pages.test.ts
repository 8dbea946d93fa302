import { openapi } from '../../../../app/invoices/http/openapi.ts';
import { newDatabase, rowCounts, serveDuringTests } from '../rig/service.ts';

const database = newDatabase(60);
const service = serveDuringTests(database);
const html = async (path: string): Promise<string> => (await service.get(path)).text();
const form = (fields: [string, string][]): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields) });

test.each(['/', '/invoices/1', '/invoices/new', '/cluster'])(
  '%s shows the pod, its role and its position',
  async (path) => {
    const page = await html(path);
    expect(page).toMatch(/Answered by <strong class="pod">test-0<\/strong>/);
    expect(page).toMatch(/class="badge primary">primary</);
    expect(page).toContain('title="0000000000000000"');
  },
);

test.each(['/', '/invoices/1', '/invoices/new', '/cluster'])(
  '%s has no inline script or style, and a label for each field',
  async (path) => {
    const page = await html(path);
    expect(page).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
    const fields = [...page.matchAll(/<(?:input|select)\b(?![^>]*type="hidden")[^>]*\bid="([^"]+)"/g)].map(([, id]) =>
      String(id),
    );
    for (const id of fields) expect(page).toContain(`for="${id}"`);
  },
);

test('the policy for content allows scripts from here only', async () => {
  const policy = (await service.get('/')).headers.get('Content-Security-Policy');
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain('unsafe');
});

test('the list links to the next page, and that one back', async () => {
  const next = /rel="next" href="([^"]+)"/.exec(await html('/'))?.[1]?.replaceAll('&amp;', '&');
  const second = await html(String(next));
  expect(second).toContain('rel="prev"');
  expect(second).not.toContain('href="/invoices/60"');
});

test('what people typed is shown as text', async () => {
  expect(await html(`/?q=${encodeURIComponent('<script>alert(1)</script>')}`)).not.toContain('<script>alert');
});

test('parameters from elsewhere and empty fields do not matter', async () => {
  expect((await service.get('/?utm_source=x&from=&to=&customerId=')).status).toBe(200);
});

test('an invoice is chosen together step by step, each answered from the fields alone', async () => {
  const start = await html('/invoices/new?customerQuery=a');
  const choose = /name="choose" value="(\d+)"/.exec(start)?.[1];
  const chosen = await html(`/invoices/new?choose=${choose}&add=3`);
  expect(chosen).toContain(`name="customerId" value="${choose}"`);
  expect(chosen).toContain('name="trackId" value="3"');
  const again = await html(`/invoices/new?customerId=${choose}&trackId=3&quantity=1&add=3`);
  expect(again).toMatch(/name="quantity"[^>]*value="2"/);
  const removed = await html(`/invoices/new?customerId=${choose}&trackId=3&quantity=2&remove=0`);
  expect(removed).not.toContain('name="trackId"');
});

test('a form that is sent twice makes one invoice', async () => {
  const before = rowCounts(database);
  const fields: [string, string][] = [
    ...(Object.entries({ customerId: '2', idempotencyKey: 'form-1', invoiceDate: '2026-03-01' }) as [string, string][]),
    ['trackId', '1'],
    ['quantity', '2'],
    ['trackId', '2'],
    ['quantity', '1'],
  ];
  const answers = [await service.get('/invoices', form(fields)), await service.get('/invoices', form(fields))];
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  const [first, second] = answers.map(({ headers }) => headers.get('Location'));
  expect(second).toBe(first);
  expect(rowCounts(database)).toMatchObject({ Invoice: before.Invoice + 1 });
  expect(await html(String(first))).toContain('1 Mar 2026');
});

test('errors are shown at their fields, and what was typed is kept', async () => {
  const fields: [string, string][] = [
    ['billingCity', 'x'.repeat(50)],
    ['trackId', '1'],
    ['quantity', '0'],
  ];
  const answer = await service.get('/invoices', form(fields));
  const page = await answer.text();
  expect(answer.status).toBe(422);
  expect(page).toContain('id="customer-error"');
  expect(page).toContain('id="quantity-error-0"');
  expect(page).toContain('id="billingCity-error"');
  expect(page).toContain('x'.repeat(50));
});

test('an invoice is deleted from its page', async () => {
  expect((await service.get('/invoices/5/delete', { method: 'POST' })).status).toBe(303);
  expect((await service.get('/invoices/5')).status).toBe(404);
});

test('the style sheet, the script and the icon are there', async () => {
  for (const name of ['style.css', 'enhance.js', 'icon.svg'])
    expect((await service.get(`/public/${name}`)).status).toBe(200);
});

test('the API’s description is served as it is made', async () => {
  expect(await (await service.get('/api/openapi.json')).json()).toEqual(JSON.parse(JSON.stringify(openapi)));
});
