import { seeded } from '../../../app/invoices/sample/random.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { type Exchanged, exchange, type Sent } from './rig/exchange.ts';
import { ProxyCluster } from './rig/proxy-cluster.ts';

const COUNT = process.env['LITESET_LONG'] ? 2_000 : 200;
const SEED = Number(process.env['LITESET_SEED'] ?? 1);
const TOGETHER = 8;

const cluster = new ProxyCluster();
beforeAll(() => cluster.startProxies(3), TIMEOUTS.LITEFS);
afterAll(() => cluster.stop(), TIMEOUTS.LITEFS);

type Random = ReturnType<typeof seeded>;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'REPORT'];
const HEADERS: Record<string, (random: Random) => string | string[]> = {
  Accept: () => 'text/html;q=0.9, */*',
  'Accept-Encoding': (random) => random.pick(['gzip', 'br, gzip', 'identity']),
  Authorization: () => 'Bearer abc',
  'Cache-Control': () => 'no-cache',
  Cookie: (random) => random.pick(['a=1', 'a=1; b="2"', 'liteset-token=0']),
  'If-None-Match': () => 'W/"1", "2"',
  Origin: () => 'https://other.example',
  Range: () => 'bytes=0-1',
  'Sec-Fetch-Site': () => 'cross-site',
  'X-Long': (random) => 'x'.repeat(random.int(1, 4_000)),
  'X-Latin': () => 'caf\u00e9',
  'X-Many': () => ['one', 'two', 'three'],
  'X-Empty': () => '',
  'Idempotency-Key': () => 'k',
};

/** A request, by chance. */
function generate(random: Random): Sent {
  const method = random.pick(METHODS);
  const query = random.chance(0.5) ? `?${random.pick(['a=1', 'a=%2F%20&b', 'q=?&&=', '%C3%A9'])}` : '';
  const broken = random.chance(0.15);
  const path = broken
    ? random.pick(['/break-before', '/break-midway'])
    : random.pick([
        `/echo${query}`,
        '/hints',
        '/nothing',
        `/echo?status=${random.pick([200, 201, 204, 301, 304, 400, 404, 418, 500, 503])}`,
        `/download?bytes=${random.int(0, 300_000)}`,
      ]);
  const names = Object.keys(HEADERS).filter(() => random.chance(0.3));
  const host = random.pick(['a.example', 'a.example:8080', '[::1]:9']);
  const headers = { Host: host, ...Object.fromEntries(names.map((name) => [name, HEADERS[name]?.(random) ?? ''])) };
  if (method === 'HEAD' || random.chance(0.4)) return { method, path, headers };
  const sizes = Array.from({ length: random.int(1, 5) }, () => random.int(0, random.chance(0.2) ? 200_000 : 500));
  const body = sizes.map((size) => Buffer.alloc(size, random.int(0, 255)));
  const length = sizes.reduce((sum, size) => sum + size, 0);
  const framing: Record<string, string> = random.chance(0.5)
    ? { 'Content-Length': String(length) }
    : { 'Transfer-Encoding': 'chunked' };
  return {
    method,
    path,
    headers: { ...headers, ...framing },
    body,
    ...(random.chance(0.1) && { leaveAfter: random.int(0, sizes.length) }),
  };
}

/** What a proxy may do otherwise: headers of one connection, Liteset's own, and the time of an answer that says none. */
const MAY_DIFFER =
  /^(connection|keep-alive|transfer-encoding|trailer|date|content-length|liteset-|x-hop$|x-forwarded-)/;
const kept = (headers: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !MAY_DIFFER.test(name)));

/** As much of an answer as has to be the same; the whole of it came, or its connection broke. */
function comparable({ status, reason, headers, body, whole }: Exchanged, path: string): unknown {
  if (!whole) return 'broken';
  const text = body.toString('latin1');
  const echoed = path.startsWith('/echo') && text.startsWith('{');
  const seen = echoed ? (JSON.parse(text) as { headers: Record<string, unknown> }) : undefined;
  return { status, reason, headers: kept(headers), body: seen ? { ...seen, headers: kept(seen.headers) } : text };
}

test(
  `${COUNT} generated requests are answered through each proxy as without one (seed ${SEED})`,
  async () => {
    const [first] = cluster.pods;
    if (!first) throw new Error('no pods');
    const direct = cluster.direct(first);
    const random = seeded(SEED);
    const all = Array.from({ length: COUNT }, () => generate(random));
    const outcomes = { same: 0, broken: 0 };
    const compare = async (sent: Sent) => {
      const expected = comparable(await exchange(direct, sent), sent.path);
      for (const { url } of cluster.pods) {
        const answer = await exchange(url, sent);
        const said = JSON.stringify({ ...sent, body: sent.body?.map((piece) => piece.length) });
        if (expected === 'broken' && answer.whole) {
          // A client that is still there is told so instead.
          outcomes.broken++;
          expect([said, [502, 503].includes(answer.status), answer.headers['content-type']]).toEqual([
            said,
            true,
            expect.stringContaining('problem'),
          ]);
        } else {
          outcomes.same++;
          expect([said, comparable(answer, sent.path)]).toEqual([said, expected]);
        }
      }
    };
    for (let i = 0; i < COUNT; i += TOGETHER) await Promise.all(all.slice(i, i + TOGETHER).map(compare));
    expect(outcomes.same).toBeGreaterThan(2 * COUNT);
    expect(outcomes.broken).toBeGreaterThan(0);
  },
  TIMEOUTS.MANY,
);
