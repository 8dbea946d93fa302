import { writeFileSync } from 'node:fs';
import { waitFor } from '../../../lib/wait-for.ts';
import { FakeCluster } from '../rig/fake-cluster.ts';

/** A pod whose position is what the test writes into LiteFS's file, and a primary that says that it was asked. */
const READ_WAIT_MS = 1_000;
const cluster = new FakeCluster(
  { primaryWaitMs: 1_000, readWaitMs: READ_WAIT_MS },
  { TOKEN_COOKIE: 'liteset-token.ours' },
);
const { litefs, database } = cluster;

const txid = (n: number) => n.toString(16).padStart(16, '0');
const sum = (history: string, n: number) => `${history}${txid(n).slice(1)}`;
const token = (n: number, history = 'a') => `${sum(history, n)}-${txid(n)}`;
/** Moves the pod to a transaction, as LiteFS does: first the file, then the event. */
const move = (n: number, history = 'a') => {
  writeFileSync(`${database}-pos`, `${txid(n)}/${sum(history, n)}\n`);
  litefs.transaction('app.db', txid(n), sum(history, n));
};
const get = async (headers: Record<string, string> = {}, path = '/nowhere') => {
  const began = performance.now();
  const answer = await fetch(`${cluster.url}${path}`, { headers });
  return {
    status: answer.status,
    ms: performance.now() - began,
    pod: answer.headers.get('Liteset-Pod'),
    position: answer.headers.get('Liteset-Position'),
    token: answer.headers.get('Liteset-Token'),
    retry: answer.headers.get('Retry-After'),
    cookies: answer.headers.getSetCookie(),
  };
};

/** What the primary says of itself when it is asked; nothing at first. */
let says: Record<string, unknown> | undefined;
/** The paths that it was asked for. */
const asked: string[] = [];
const primaryAt = (n: number, history = 'a', more = {}) => {
  const position = { position: txid(n), checksum: sum(history, n) };
  says = {
    pod: 'pod-0',
    role: 'primary',
    primary: 'pod-0',
    connected: true,
    actsAsPrimary: true,
    ...position,
    ...more,
  };
  asked.length = 0;
};

beforeAll(async () => {
  await cluster.start();
  await cluster.primary((req, res) => {
    asked.push(String(req.url));
    const answer = req.url === '/liteset/status' && says ? JSON.stringify(says) : 'primary';
    res.setHeader('Liteset-Pod', 'pod-0').end(answer);
  });
  for (const n of [7, 8, 9, 10]) move(n);
});
afterAll(() => cluster.stop());
test('every answer says who gave it and up to where it covers', async () => {
  expect(await get()).toMatchObject({
    pod: 'pod-1',
    position: txid(10),
    token: token(10),
    cookies: [`liteset-token.ours=${token(10)}; Path=/; HttpOnly; SameSite=Lax`],
  });
});

test('a cookie that says the same already is not set again', async () => {
  expect(await get({ Cookie: `a=b; liteset-token.ours=${token(10)}` })).toMatchObject({ cookies: [], pod: 'pod-1' });
});

test('a cookie of another cluster on the same host is not ours', async () => {
  const cookies = [expect.stringMatching(/^liteset-token\.ours=/)];
  const answer = await get({ Cookie: `liteset-token=${token(999)}; liteset-token.theirs=${token(999)}` });
  expect(answer).toMatchObject({ cookies, pod: 'pod-1' });
});

test('by TLS, as a trusted proxy says it, the cookie is for TLS only; and no shared cache keeps it', async () => {
  const answer = await fetch(`${cluster.url}/rows`, { headers: { 'X-Forwarded-Proto': 'https' } });
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/; Secure$/)]);
  expect(answer.headers.get('Cache-Control')).toBe('private');
});

test('an answer that shared caches may keep has no cookie', async () => {
  expect(await get({}, '/asset')).toMatchObject({ cookies: [], token: token(10) });
});

test.each([
  ['a transaction that this copy has', token(8)],
  ['no token at all', ''],
  ['text', 'x'],
  ['an SQL string', "' OR 1=1 --"],
  ['a number too long', `${token(10)}0`],
  ['a token in the other order', token(10).split('-').reverse().join('-').toUpperCase()],
  ['a transaction from before this copy remembers', token(3, 'b')],
])('with %s a read is answered here', async (_what, value) => {
  expect(await get({ 'Liteset-Token': value })).toMatchObject({ pod: 'pod-1', status: 404, token: token(10) });
});

test('a read whose position is on its way waits for it', async () => {
  const answer = get({ Cookie: `liteset-token.ours=${token(11)}` });
  setTimeout(() => move(11), 50);
  expect(await answer).toMatchObject({ pod: 'pod-1', position: txid(11), token: token(11) });
  expect((await answer).ms).toBeGreaterThan(45);
});

test('of a header and a cookie the newer counts', async () => {
  const [older, newer] = [token(5), token(999)];
  expect(await get({ Cookie: `liteset-token.ours=${newer}`, 'Liteset-Token': older })).toMatchObject({ pod: 'pod-0' });
  expect(await get({ Cookie: `liteset-token.ours=${older}`, 'Liteset-Token': newer })).toMatchObject({ pod: 'pod-0' });
});

test('a read whose position does not come in time is answered by the primary', async () => {
  const answer = await get({ 'Liteset-Token': token(999) });
  expect(answer).toMatchObject({ pod: 'pod-0', status: 200 });
  expect(answer.ms).toBeGreaterThanOrEqual(READ_WAIT_MS - 5);
});

test.each([
  ['this very position', 11],
  ['an earlier one', 9],
])('a token of another history at %s sends the read to the primary at once', async (_what, n) => {
  const answer = await get({ 'Liteset-Token': token(n, 'b') });
  expect(answer).toMatchObject({ pod: 'pod-0', status: 200 });
  expect(answer.ms).toBeLessThan(READ_WAIT_MS / 2);
});

describe('a primary that says where it stands', () => {
  afterEach(() => {
    says = undefined;
  });

  test('hundreds of tokens that nobody has given cost it a few questions, and no read', async () => {
    primaryAt(11);
    const forged = [
      token(12, 'f'),
      token(999),
      token(11, 'f'),
      token(9, 'f'),
      'f'.repeat(16).concat('-', 'f'.repeat(16)),
    ];
    const all = Array.from({ length: 300 }, (_one, i) => get({ 'Liteset-Token': forged[i % forged.length] as string }));
    for (const answer of await Promise.all(all))
      expect(answer).toMatchObject({ pod: 'pod-1', status: 404, position: txid(11), token: token(11) });
    expect(new Set(asked)).toEqual(new Set(['/liteset/status']));
    expect(asked.length).toBeLessThan(all.length / 5);
  });

  test('a read is not answered before this pod is where the primary is', async () => {
    primaryAt(13);
    let isThere = false;
    const answer = get({ 'Liteset-Token': token(13, 'f') }).then((one) => ({ ...one, isThere }));
    await waitFor('the question', async () => asked.length > 0);
    move(12);
    await get();
    isThere = true;
    move(13);
    expect(await answer).toMatchObject({ pod: 'pod-1', position: txid(13), token: token(13), isThere: true });
  });

  test('a primary of another history answers the read itself, at once', async () => {
    primaryAt(13, 'b');
    const answer = await get({ 'Liteset-Token': token(13, 'b') });
    expect(answer).toMatchObject({ pod: 'pod-0', status: 200 });
    expect(answer.ms).toBeLessThan(READ_WAIT_MS / 2);
  });

  test.each([
    ['that is not certain to be it', () => primaryAt(13, 'a', { actsAsPrimary: false })],
    ['of an earlier release', () => primaryAt(13, 'a', { checksum: undefined, actsAsPrimary: undefined })],
  ])('a primary %s answers the read itself', async (_what, prepare) => {
    prepare();
    expect(await get({ 'Liteset-Token': token(999) })).toMatchObject({ pod: 'pod-0', status: 200 });
    expect(asked).toContain('/nowhere');
  });
});

test('with neither its position nor a primary a read is a 503, and the client keeps its token', async () => {
  await cluster.loseThePrimary();
  expect(await get({ Cookie: `liteset-token.ours=${token(999)}` })).toMatchObject({
    pod: 'pod-1',
    status: 503,
    retry: '1',
    token: token(999),
    cookies: [],
  });
  expect(await get({ Cookie: `liteset-token.ours=${token(13)}` })).toMatchObject({ pod: 'pod-1', status: 404 });
  await cluster.follow();
});

test('a read that waits for a primary is answered here if its position comes first', async () => {
  await cluster.loseThePrimary();
  const answer = get({ 'Liteset-Token': token(14) });
  setTimeout(() => move(14), READ_WAIT_MS + 50);
  expect(await answer).toMatchObject({ pod: 'pod-1', status: 404, token: token(14) });
  await cluster.follow();
});

test('the primary answers at once with what there is, and replaces a token of a lost history', async () => {
  await cluster.promote();
  const answer = await get({ Cookie: `liteset-token.ours=${token(999, 'b')}` });
  expect(answer).toMatchObject({
    pod: 'pod-1',
    status: 404,
    token: token(14),
    cookies: [expect.stringContaining(token(14))],
  });
  expect(answer.ms).toBeLessThan(READ_WAIT_MS / 2);
  await cluster.follow();
});

test("a pod that loses LiteFS's events counts as not connected until they are back", async () => {
  const before = litefs.connections;
  litefs.refuse = true;
  litefs.breakStreams();
  await waitFor('the pod to notice', async () => (await cluster.status()).connected === false);
  expect(await cluster.status()).toMatchObject({ role: 'replica', primary: null });
  expect(await get()).toMatchObject({ pod: 'pod-1', status: 404 });
  litefs.refuse = false;
  await waitFor('the pod to be back', async () => (await cluster.status()).connected === true);
  expect(litefs.connections).toBeGreaterThan(before);
  expect(await get({ 'Liteset-Token': token(999) })).toMatchObject({ pod: 'pod-0' });
});
