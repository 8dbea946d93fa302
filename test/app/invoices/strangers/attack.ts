/** What strangers do to a pod, in a process of its own: `attack.ts <kind> <how many> <url>…`. It says `on` when it has begun, and goes on until it is ended. */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const [kind = '', many = '1', ...urls] = process.argv.slice(2);
const count = Number(many);
const target = (i: number) => new URL(urls[i % urls.length] as string);

/** Opens a connection and sends a text at once. */
function open(i: number, text: string): Promise<ReturnType<typeof connect>> {
  const { hostname, port } = target(i);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}).resume();
  return new Promise((resolve) => {
    socket.once('close', () => resolve(socket)).once('connect', () => void socket.write(text, () => resolve(socket)));
  });
}

/** Opens them all, some at a time. */
async function openAll(text: string): Promise<void> {
  for (let i = 0; i < count; i += 50)
    await Promise.all(Array.from({ length: Math.min(50, count - i) }, (_one, j) => open(i + j, text)));
}

const post = (length: number) =>
  `POST /api/invoices HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
const agent = new Agent({ keepAlive: true, maxSockets: 5_000 });
/** Asks, and waits for the end of the answer. */
function ask(i: number, path: string, options: { method?: string; headers?: Record<string, string> }, body = '') {
  return new Promise<void>((resolve) => {
    const sent = request(new URL(path, target(i)), { agent, ...options }, (answer) =>
      answer.resume().on('close', resolve),
    );
    sent.on('error', () => resolve()).end(body);
  });
}

/** Clients that read, each with one of the tokens. None has more than one read under way, or asks more than once a second. */
function readers(tokens: readonly string[]): void {
  const one = async (i: number) => {
    const token = tokens[i % tokens.length];
    const headers = token === undefined ? {} : { 'Liteset-Token': token };
    for (;;) await Promise.all([ask(i, '/api/invoices/1', { headers }), delay(1_000)]);
  };
  for (let i = 0; i < count; i++) setTimeout(() => void one(i), (i * 1_000) / count);
}

/** 98 kB of keys that nobody knows. */
const KEYS = `{"lines":[${Array(1_000)
  .fill(`{${[...'abcdefghijklmnop'].map((key) => `"${key}":1`).join(',')}}`)
  .join(',')}]}`;

const attacks: Record<string, () => Promise<void>> = {
  'slow POST': async () => {
    const sockets = await Promise.all(urls.map((_url, i) => open(i, post(90_000))));
    setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write(' ');
    }, 200);
  },
  'half-sent bodies': () => openAll(post(100_000) + ' '.repeat(99_000)),
  'slow heads': () => openAll(`GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(14_000)}`),
  'unknown keys': async () => {
    const headers = { 'Content-Type': 'application/json' };
    let i = 0;
    setInterval(() => void ask(i++, '/api/invoices', { method: 'POST', headers }, KEYS), 1_000 / count);
  },
  'as many reads': async () => readers([]),
  'forged tokens': async () => readers(['0000000000000000-ffffffffffffffff', '0000000000000000-0000000000000fff']),
};

await attacks[kind]?.();
console.log('on');
setInterval(() => {}, 1_000);
