import { waitFor } from '../../lib/wait-for.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { exchange } from './rig/exchange.ts';
import { ProxyCluster } from './rig/proxy-cluster.ts';

const cluster = new ProxyCluster();
let primary = '';
let replica = '';

beforeAll(async () => {
  await cluster.startProxies(2);
  [primary = '', replica = ''] = cluster.pods.map(({ url }) => url);
}, TIMEOUTS.LITEFS);
afterAll(() => cluster.stop(), TIMEOUTS.LITEFS);

const rows = async (): Promise<string[]> => (await (await fetch(`${primary}/rows`)).json()) as string[];
const times = async (text: string) => (await rows()).filter((row) => row === text).length;
const bothHave = (position: string | null) =>
  waitFor('both copies to have it', async () => {
    const statuses = await cluster.statuses();
    return statuses.length === 2 && statuses.every(({ status }) => status.position === position);
  });

test('a write through a replica is done by the primary, and is on both copies', async () => {
  const answer = await fetch(`${replica}/rows`, { method: 'POST', body: 'through the replica' });
  const said = ['Liteset-Pod', 'Liteset-Role'].map((name) => answer.headers.get(name));
  expect([answer.status, ...said]).toEqual([201, 'pod-0', 'primary']);
  await bothHave(answer.headers.get('Liteset-Position'));
  expect(await times('through the replica')).toBe(1);
});

test('so is a write on a GET', async () => {
  const before = await fetch(`${replica}/rows`);
  const answer = await fetch(`${replica}/write-on-get?text=on+a+GET`);
  expect(answer.headers.get('Liteset-Role')).toBe('primary');
  const [from = '', to = ''] = [before, answer].map(({ headers }) => headers.get('Liteset-Position') ?? '');
  expect(BigInt(`0x${to}`)).toBe(BigInt(`0x${from}`) + 1n);
  await bothHave(to);
  expect(await times('on a GET')).toBe(1);
});

describe.each([
  ['the primary', () => primary],
  ['a replica', () => replica],
])('through %s', (_name, url) => {
  const echo = async (headers: Record<string, string>) => {
    const answer = await exchange(url(), { method: 'POST', path: '/echo?a=%2F&b', headers, body: [Buffer.from('hi')] });
    return { answer, seen: JSON.parse(answer.body.toString()) as { url: string; headers: Record<string, string> } };
  };

  test('the application sees the request as it came, without what is Liteset’s or of one connection', async () => {
    const own = { 'Liteset-Pod': 'me', 'Liteset-Forwarded': 'x', 'liteset-token': 'y', 'Liteset-Anything': 'z' };
    const hop = { Connection: 'X-Mine', 'X-Mine': 'no', 'Proxy-Authorization': 'no', TE: 'trailers' };
    const { seen } = await echo({ ...own, ...hop, Host: 'shop.example:8443', 'X-Kept': 'yes', Cookie: 'a=1; b=2' });
    const { headers } = seen;
    expect(seen.url).toBe('/echo?a=%2F&b');
    expect(Object.keys(headers).filter((name) => /^liteset-|x-mine|proxy-|^te$/.test(name))).toEqual([]);
    expect(headers).toMatchObject({
      host: 'shop.example:8443',
      'x-kept': 'yes',
      cookie: 'a=1; b=2',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.example:8443',
      'x-forwarded-port': '8443',
    });
  });

  test('what a proxy before has said of the client is left as it is', async () => {
    const said = {
      'x-forwarded-for': '10.0.0.1, 10.0.0.2',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'a.example',
    };
    expect((await echo(said)).seen.headers).toMatchObject(said);
  });

  test('the client sees the answer as it came, and who answered', async () => {
    const { answer } = await echo({});
    expect([answer.status, answer.reason, answer.whole]).toEqual([200, 'As Asked', true]);
    expect(answer.headers).toMatchObject({
      'x-twice': 'one, two',
      'set-cookie': ['a=1', 'b=2'],
      etag: '"x"',
      date: 'Thu, 01 Jan 1970 00:00:00 GMT',
      'liteset-pod': 'pod-0',
      'liteset-role': 'primary',
      'liteset-position': expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(answer.headers).not.toHaveProperty('x-hop');
    expect(answer.headers).not.toHaveProperty('cache-control');
    expect(answer.trailers).toEqual({});
  });

  test.each([204, 304, 404, 503])('an answer of %i is passed on', async (status) => {
    const answer = await exchange(url(), { path: `/echo?status=${status}` });
    expect([answer.status, answer.reason, answer.whole]).toEqual([status, 'As Asked', true]);
  });

  test('HEAD is answered without a body', async () => {
    const answer = await exchange(url(), { method: 'HEAD', path: '/rows' });
    expect([answer.status, answer.headers['content-type'], answer.body.length]).toEqual([200, 'application/json', 0]);
  });

  test('who expects to be told to go on is told so, once', async () => {
    const body = [Buffer.alloc(100_000, 'x')];
    const answer = await exchange(url(), {
      method: 'POST',
      path: '/upload',
      headers: { Expect: '100-continue' },
      body,
    });
    expect([answer.status, answer.informed]).toEqual([200, [100]]);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ bytes: 100_000 });
  });

  test('other answers before the answer are dropped', async () => {
    const answer = await exchange(url(), { path: '/hints' });
    expect([answer.body.toString(), answer.informed]).toEqual(['after hints', []]);
  });

  test('an answer that comes before the body arrives whole', async () => {
    for (let round = 0; round < 20; round++) {
      const answer = await fetch(`${url()}/early`, { method: 'POST', body: new Uint8Array(3_000_000) });
      expect([answer.status, await answer.text()]).toEqual([413, 'too large']);
    }
  });

  test('a request is never sent twice: whose answer is lost, is told so', async () => {
    const path = (text: string) => `/break-before?text=${encodeURIComponent(`${text} ${url()}`)}`;
    const post = await fetch(`${url()}${path('post')}`, { method: 'POST', body: 'x' });
    expect([post.status, ((await post.json()) as { type: string }).type]).toEqual([
      502,
      'urn:liteset:problem:outcome-unknown',
    ]);
    const put = await fetch(`${url()}${path('put')}`, { method: 'PUT' });
    expect([put.status, ((await put.json()) as { type: string }).type]).toEqual([
      503,
      'urn:liteset:problem:answer-lost',
    ]);
    expect([await times(`post ${url()}`), await times(`put ${url()}`)]).toEqual([1, 1]);
  });

  test.each(['', '?chunked'])('an answer that breaks off is broken for the client, too %s', async (query) => {
    const answer = await exchange(url(), { path: `/break-midway${query}` });
    expect([answer.status, answer.body.toString(), answer.whole]).toEqual([200, 'half', false]);
  });

  test('a client that goes away takes its request at the application along', async () => {
    const text = `waits at ${url()}`;
    const controller = new AbortController();
    const answer = fetch(`${url()}/until-gone?text=${text}`, { signal: controller.signal }).catch(() => 'aborted');
    await waitFor('the request to come', async () => (await times(`${text} came`)) === 1);
    controller.abort();
    await waitFor('the request to go', async () => (await times(`${text} gone`)) === 1);
    expect(await answer).toBe('aborted');
  });
});

test('a position covers what an answer of 404 may have written, too', async () => {
  const answer = await fetch(`${replica}/write-and-refuse?status=404&text=refused`);
  expect(answer.status).toBe(404);
  await bothHave(answer.headers.get('Liteset-Position'));
  expect(await times('refused')).toBe(1);
});
