import { once } from 'node:events';
import { connect as http2 } from 'node:http2';
import { connect } from 'node:net';
import { TIMEOUTS } from '../timeouts.ts';
import { startPair, works } from './rig/pair.ts';

const pair = startPair();
afterEach(() => works(pair));
const word = (...numbers: number[]): Buffer =>
  Buffer.concat(numbers.map((number) => Buffer.from([number >>> 24, number >>> 16, number >>> 8, number])));

test.each([
  ['four thousand million positions', word(0xffffffff)],
  ['a name of two thousand million bytes', word(1, 0x7fffffff)],
  ['a name of 256 bytes', Buffer.concat([word(1, 256), Buffer.alloc(256, 'x'), Buffer.alloc(16)])],
])('a stream that begins with %s is refused', async (_, body) => {
  const session = http2(pair.primary.url);
  const stream = session.request({ ':method': 'POST', ':path': '/stream' });
  stream.end(body);
  const [headers] = await once(stream, 'response');
  session.destroy();
  expect(headers[':status']).toBe(400);
});

test.each([
  ['half a head', 'GET /info HTTP/1.1\r\nHost: a\r\n'],
  ['nothing', ''],
])(
  'a connection with %s is closed',
  async (_, text) => {
    const socket = connect(Number(new URL(pair.primary.url).port), '127.0.0.1');
    socket.write(text);
    socket.resume();
    await once(socket, 'close');
  },
  TIMEOUTS.LITEFS,
);

test('a head of more than 20 KiB is refused', async () => {
  expect((await fetch(`${pair.primary.url}/info`, { headers: { 'X-Long': 'x'.repeat(30_000) } })).status).toBe(431);
});
