import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { type CacheOptions, ReadCache } from '../../../../app/liteset/reads/read-cache.ts';

let version: string | undefined;
let made = 0;
let closeAll: (() => void)[] = [];
beforeEach(() => {
  version = '01/aa';
  made = 0;
});
afterEach(() => {
  for (const close of closeAll) close();
  closeAll = [];
});

/** An application whose answers tell how many were made. */
async function serve(
  options?: CacheOptions,
): Promise<(path: string, headers?: Record<string, string>) => Promise<Response>> {
  const cache = new ReadCache(() => version, options);
  const app = express();
  app.get('/fails', (req, res) => {
    cache.json(req, res, () => {
      made++;
      throw Object.assign(new Error('no'), { status: 404 });
    });
  });
  app.get('/{*any}', (req, res) => cache.json(req, res, () => ({ made: ++made, text: 'é', url: req.url })));
  app.use(((_error, _req, res, _next) => void res.status(404).end()) as express.ErrorRequestHandler);
  const server = app.listen(0, '127.0.0.1');
  closeAll.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return (path, headers) => fetch(`http://127.0.0.1:${port}${path}`, headers ? { headers } : {});
}

test('a cached answer is made once for a URL and a version', async () => {
  const get = await serve();
  const first = await get('/a?b=1');
  const second = await get('/a?b=1');
  expect(await second.text()).toBe(await first.text());
  const comparable = (answer: Response) => [...answer.headers].filter(([name]) => name !== 'date');
  expect(comparable(second)).toEqual(comparable(first));
  expect(first.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
  expect(await (await get('/a?b=2')).json()).toMatchObject({ made: 2 });
  version = '02/bb';
  expect(await (await get('/a?b=1')).json()).toMatchObject({ made: 3 });
});

test('an answer that is made in the middle of a commit is not kept, and one that was kept before is given', async () => {
  let isSettled = true;
  const get = await serve({ isSettled: () => isSettled });
  const kept = await get('/a');
  isSettled = false;
  expect((await get('/a')).headers.get('ETag')).toBe(kept.headers.get('ETag'));
  expect((await get('/b')).headers.get('ETag')).not.toBe(kept.headers.get('ETag'));
  isSettled = true;
  expect(await (await get('/b')).json()).toMatchObject({ made: 3 });
});

test('an answer that is made while a commit begins is not kept', async () => {
  const get = await serve({ isSettled: () => made !== 1 });
  await get('/a');
  expect(await (await get('/a')).json()).toMatchObject({ made: 2 });
  expect(await (await get('/a')).json()).toMatchObject({ made: 2 });
});

test('another history with the same number of transactions is another version', async () => {
  const get = await serve();
  const tag = (await get('/a')).headers.get('ETag') ?? '';
  version = '01/bb';
  const answer = await get('/a', { 'If-None-Match': tag });
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ made: 2 })]);
});

test.each([(tag: string) => tag, (tag: string) => `"other", W/${tag}`])(
  'a client that has the version gets 304, and nothing is read',
  async (header) => {
    const get = await serve();
    const tag = (await get('/a')).headers.get('ETag') ?? '';
    const answer = await get('/a', { 'If-None-Match': header(tag) });
    expect([answer.status, answer.headers.get('ETag'), await answer.text(), made]).toEqual([304, tag, '', 1]);
    version = '02/bb';
    expect((await get('/a', { 'If-None-Match': header(tag) })).status).toBe(200);
  },
);

test('another format of the answers is another ETag', async () => {
  const tag = async (formatVersion: string) => (await (await serve({ formatVersion }))('/a')).headers.get('ETag');
  expect(await tag('1')).not.toBe(await tag('2'));
});

test('an answer that is an error is neither kept nor tagged', async () => {
  const get = await serve();
  const answer = await get('/fails');
  expect([answer.status, answer.headers.get('ETag'), answer.headers.get('Cache-Control')]).toEqual([404, null, null]);
  await get('/fails');
  expect(made).toBe(2);
});

test('the cache keeps no more than it may, the last used', async () => {
  const get = await serve({ maxBytes: 3_000 });
  for (let i = 0; i < 50; i++) await get(`/${i}`);
  expect(made).toBe(50);
  await get('/49');
  expect(made).toBe(50);
  await get('/0');
  expect(made).toBe(51);
});

test.each([
  ['off', { maxBytes: 0 }, '01/aa'],
  ['without a version', {}, undefined],
] as const)('%s, every answer is made anew', async (_case, options, now) => {
  version = now;
  const get = await serve(options);
  await get('/a');
  const answer = await get('/a');
  expect([answer.headers.get('Cache-Control'), made]).toEqual([null, 2]);
});
