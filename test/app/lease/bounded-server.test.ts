import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { boundedServer } from '../../../app/lease/bounded-server.ts';
import { waitFor } from '../../lib/wait-for.ts';

const server = boundedServer((_req, res) => res.end('ok'));
const sockets: Socket[] = [];
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/livez`;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
  server.closeAllConnections();
});

/** Opens connections that say the beginning of a request, and never more. */
function halfOpen(count: number, head: string): void {
  for (let index = 0; index < count; index++) {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(head));
    sockets.push(socket.on('error', () => {}));
  }
}

const connections = () =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );

test.each([
  ['connections that say nothing', ''],
  ['unfinished heads', `GET / HTTP/1.1\r\nX: ${'x'.repeat(3_000)}`],
  ['heads without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(15_000)}`],
  ['bodies that do not come', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{'],
])(
  '2,000 %s keep no probe out, and take little memory',
  async (_what, head) => {
    const end = new AbortController();
    const probing = (async () => {
      let answered = 0;
      for (; !end.signal.aborted; answered++)
        expect((await fetch(url, { headers: { Connection: 'close' } })).status).toBe(200);
      return answered;
    })();
    for (let batch = 0; batch < 20; batch++, await delay(25)) halfOpen(100, head);
    end.abort();
    expect(await probing).toBeGreaterThan(0);
    expect(await connections()).toBeLessThanOrEqual(1_024);
    await waitFor('the connections to be ended', async () => (await connections()) === 0, 60_000);
  },
  120_000,
);
