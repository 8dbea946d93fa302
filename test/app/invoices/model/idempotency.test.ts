import { newDatabase, rowCounts, serveDuringTests } from '../rig/service.ts';

const database = newDatabase(5);
const service = serveDuringTests(database);

const invoice = { customerId: 1, lines: [{ trackId: 1, quantity: 1 }] };
const send = (body: unknown, key: string): Promise<Response> =>
  service.post('/api/invoices', body, { 'Idempotency-Key': key });

test('a repeated request gets the same answer and writes nothing', async () => {
  const first = await send(invoice, 'one');
  const counts = rowCounts(database);
  const second = await send(invoice, 'one');
  expect([second.status, second.headers.get('Location')]).toEqual([first.status, first.headers.get('Location')]);
  expect([first.headers.get('Idempotency-Replayed'), second.headers.get('Idempotency-Replayed')]).toEqual([
    null,
    'true',
  ]);
  expect(await second.text()).toBe(await first.text());
  expect(rowCounts(database)).toEqual(counts);
});

test('the same answer comes even after the invoice was deleted', async () => {
  const first = await send(invoice, 'two');
  await service.get(String(first.headers.get('Location')), { method: 'DELETE' });
  expect(await (await send(invoice, 'two')).text()).toBe(await first.text());
});

test('the same key with another body is refused', async () => {
  await send(invoice, 'three');
  const counts = rowCounts(database);
  const answer = await send({ ...invoice, customerId: 2 }, 'three');
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ type: 'urn:liteset:problem:idempotency-conflict' });
  expect(rowCounts(database)).toEqual(counts);
});

test('a refused request does not use its key up', async () => {
  expect((await send({ ...invoice, customerId: 99_999 }, 'four')).status).toBe(422);
  expect((await send(invoice, 'four')).status).toBe(201);
});

test('twenty requests at once with one key make one invoice', async () => {
  const before = rowCounts(database);
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(invoice, 'five')));
  expect(new Set(answers.map((answer) => answer.headers.get('Location'))).size).toBe(1);
  expect(rowCounts(database)).toMatchObject({ Invoice: before.Invoice + 1 });
});

test.each(['', 'with space', 'x'.repeat(256)])('the key %p is refused', async (key) => {
  expect((await send(invoice, key)).status).toBe(400);
});

test('answers are forgotten after a day', async () => {
  await send(invoice, 'six');
  database.connection.prepare("UPDATE liteset_Idempotency SET CreatedAt = 1 WHERE Key = 'six'").run();
  await send(invoice, 'seven');
  expect(database.connection.prepare("SELECT 1 FROM liteset_Idempotency WHERE Key = 'six'").get()).toBeUndefined();
});
