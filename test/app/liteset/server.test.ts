import { once } from 'node:events';
import { Agent, get, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { boundedServer, type ServerLimits } from '../../../app/liteset/server/bounded-server.ts';
import { closeServer } from '../../../app/liteset/server/close-server.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A server that answers after so many milliseconds. Returns its port. */
async function start(limits: ServerLimits, answerMs = 0): Promise<number> {
  const server = boundedServer((_req, res) => void setTimeout(() => res.end('done'), answerMs), limits);
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Connects, sends a text and waits until the server has the connection. */
async function open(port: number, text = ''): Promise<{ socket: Socket; closed: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(() => answer);
  await once(socket, 'connect');
  socket.write(text);
  return { socket, closed };
}

const HALF = 'GET / HTTP/1.1\r\nHost: a\r\n';
const ask = (port: number, agent: Agent | false = false): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', agent }, (answer) => {
      answer.resume().on('end', () => resolve(`${answer.statusCode} ${answer.headers['keep-alive'] ?? ''}`));
    });
    request.on('error', reject);
  });

test('a head that does not come is answered with 408, and an idle connection stays', async () => {
  const port = await start({ headMs: 300, keepAliveMs: 60_000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect(await ask(port, agent)).toBe('200 timeout=60');
  const slow = await open(port, HALF);
  const silent = await open(port);
  expect(await slow.closed).toMatch(/^HTTP\/1.1 408 /);
  await silent.closed;
  const kept = Object.values(agent.freeSockets)[0]?.[0];
  expect(await ask(port, agent)).toBe('200 timeout=60');
  expect(Object.values(agent.freeSockets)[0]?.[0]).toBe(kept);
  agent.destroy();
});

test('a whole request that does not come is answered with 408', async () => {
  const port = await start({ headMs: 300, requestMs: 600 }, 10_000);
  const slow = await open(port, `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nx`);
  await slow.closed;
});

test('of too many connections the one ends that has waited longest for its first head', async () => {
  const port = await start({ connections: 3, headMs: 20_000, requestMs: 20_000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(port, agent);
  const slow = [await open(port, HALF), await open(port, HALF)];
  for (let i = 0; i < 20; i++) {
    expect(await ask(port)).toMatch(/^200/);
    expect(await ask(port, agent)).toMatch(/^200/);
  }
  await slow[0]?.closed;
  expect(slow[1]?.socket.closed).toBe(false);
  agent.destroy();
});

test('without such a one it is the one that has been idle longest, and never one that is being served', async () => {
  const port = await start({ connections: 2 }, 400);
  const served = open(port, `${HALF}\r\n`);
  const idle = await open(port, `${HALF}\r\n`);
  const { socket } = await served;
  await once(idle.socket, 'data');
  socket.write(`${HALF}\r\n`);
  expect(await ask(port)).toMatch(/^200/);
  await idle.closed;
  expect(socket.closed).toBe(false);
});

test('a server that closes answers what has come while its process was busy', async () => {
  const port = await start({});
  const sent = new Int32Array(new SharedArrayBuffer(4));
  const client = `
    const { workerData: { port, sent }, parentPort } = require('node:worker_threads');
    const socket = require('node:net').connect(port, '127.0.0.1');
    socket.on('error', (error) => parentPort.postMessage(error.code));
    socket.on('data', (data) => parentPort.postMessage(String(data).split(' ')[1]));
    socket.write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n', () => Atomics.notify(sent, Atomics.store(sent, 0, 1) - 1));`;
  const worker = new Worker(client, { eval: true, workerData: { port, sent } });
  const answered = once(worker, 'message');
  // This process takes no connection meanwhile: the system does.
  expect(Atomics.wait(sent, 0, 0, 20_000)).not.toBe('timed-out');
  await closeServer(servers[0] as Server);
  expect(await answered).toEqual(['200']);
  await worker.terminate();
});
