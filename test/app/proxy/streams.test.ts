import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { TIMEOUTS } from '../timeouts.ts';
import { exchange } from './rig/exchange.ts';
import { ProxyCluster } from './rig/proxy-cluster.ts';

const MEBIBYTE = 1024 * 1024;
const LARGE = (process.env['LITESET_LONG'] ? 1_024 : 64) * MEBIBYTE;
/** More than the pieces of a body that are under way may take. A body that was held would take all of its length. */
const ROOM = 16 * MEBIBYTE;

const cluster = new ProxyCluster();
let urls: string[] = [];

beforeAll(async () => {
  // Node lets lie what has passed, the more the longer it goes on: that is not held.
  await cluster.startProxies(2, { COLLECT: 'yes' });
  urls = cluster.pods.map(({ url }) => url);
}, TIMEOUTS.LITEFS);
afterAll(() => cluster.stop(), TIMEOUTS.LITEFS);

/** What the processes of the proxies have in memory, in bytes. */
async function resident(): Promise<number[]> {
  const read = async (url: string) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
  };
  return Promise.all(urls.map(read));
}

/** How much more the proxies have in memory at the most while something goes on, in bytes. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = await resident();
  let most = 0;
  let done = false;
  const watching = (async () => {
    while (!done) most = Math.max(most, ...(await resident()).map((now, i) => now - (before[i] ?? 0)));
  })();
  await work().finally(() => {
    done = true;
  });
  await watching;
  return most;
}

describe.each([
  ['the primary', 0],
  ['a replica', 1],
])('through %s', (_name, pod) => {
  const url = () => urls[pod] ?? '';

  test(
    'a large upload takes no memory',
    async () => {
      const hash = createHash('sha256');
      async function* body() {
        const piece = Buffer.alloc(MEBIBYTE);
        for (let i = 0; i < LARGE / MEBIBYTE; i++) {
          piece.writeUInt32LE(i);
          hash.update(piece);
          yield new Uint8Array(piece);
        }
      }
      const more = await growth(async () => {
        const init = { method: 'POST', body: ReadableStream.from(body()), duplex: 'half' } as const;
        const answer = await fetch(`${url()}/upload`, init);
        expect(await answer.json()).toEqual({ bytes: LARGE, sha256: hash.digest('hex') });
      });
      expect(more).toBeLessThan(ROOM);
    },
    TIMEOUTS.STORY,
  );

  test(
    'a large answer takes no memory, at the pace of its reader',
    async () => {
      const more = await growth(async () => {
        const answer = await fetch(`${url()}/download?bytes=${LARGE}`);
        let bytes = 0;
        for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
          // The first pieces are read slowly: all of the rest would have to be held, if it were not for the reader's pace.
          if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 500));
          bytes += chunk.length;
        }
        expect(bytes).toBe(LARGE);
      });
      expect(more).toBeLessThan(ROOM);
    },
    TIMEOUTS.STORY,
  );

  test('the head of a stream of events comes before the first of them', async () => {
    const controller = new AbortController();
    const answer = await fetch(`${url()}/sse?first=${TIMEOUTS.STORY}`, { signal: controller.signal });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    controller.abort();
  });

  test('events come as they are sent', async () => {
    const sent = request(`${url()}/sse`, { agent: false });
    sent.end();
    const [answer] = await once(sent, 'response');
    expect(answer.headers['content-type']).toBe('text/event-stream');
    const [first] = await once(answer.setEncoding('utf8'), 'data');
    const [second] = await once(answer, 'data');
    expect(`${first}${second}`).toMatch(/^data: 0 \d+\n\ndata: 1 \d+\n\n$/);
    sent.destroy();
  });

  test('a WebSocket passes texts both ways, writes among them', async () => {
    const socket = new WebSocket(`${url().replace('http', 'ws')}/ws`);
    await once(socket, 'open');
    const ids: number[] = [];
    for (let i = 0; i < 50; i++) {
      socket.send(`text ${i}`);
      const [{ data }] = await once(socket, 'message');
      expect(data).toMatch(new RegExp(`^text ${i} \\d+$`));
      ids.push(Number(String(data).split(' ').at(-1)));
    }
    expect(new Set(ids).size).toBe(50);
    socket.close(1000, 'enough');
    const [closed] = await once(socket, 'close');
    expect([closed.code, closed.wasClean]).toEqual([1000, true]);
  });

  test('an upgrade that the application refuses is answered with what it says', async () => {
    const answer = await exchange(url(), { path: '/none', headers: { Connection: 'Upgrade', Upgrade: 'other' } });
    expect([answer.status, answer.headers['x-why'], answer.body.toString()]).toEqual([426, 'not here', 'not!']);
  });

  test('HTTP/2 in the clear is not upgraded to: the answer is one of HTTP/1.1', async () => {
    const headers = {
      Connection: 'Upgrade, HTTP2-Settings',
      Upgrade: 'h2c',
      'HTTP2-Settings': '',
      'Content-Length': '5',
    };
    const body = [Buffer.from('hello')];
    for (const method of ['GET', 'POST']) {
      const answer = await exchange(url(), { method, path: '/echo', headers, body });
      expect(JSON.parse(answer.body.toString())).toMatchObject({ method, bytes: 5 });
    }
  });
});
