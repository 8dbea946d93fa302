/**
 * An application that knows nothing of Liteset. It writes whenever it likes, also on a GET. Run by Node, not by jest; it ends when
 * whoever started it does.
 */
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { closeServer } from '../../../../app/liteset/server/close-server.ts';
import { answerWebSocket } from './websocket.ts';

const env = (name: string): string => process.env[name] ?? '';
const database = new Database(env('DATABASE'), { timeout: 5_000 });
database.pragma('journal_mode = wal');
database.exec('CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
/** Another database, of which Liteset follows nothing. */
const others = new Database(join(dirname(env('DATABASE')), 'others.db'), { timeout: 5_000 });
others.pragma('journal_mode = wal');
others.exec('CREATE TABLE IF NOT EXISTS tick (text TEXT NOT NULL)');
const insert = database.prepare('INSERT INTO row (text) VALUES (?)');
const page = database.prepare('SELECT id, text FROM row ORDER BY id DESC LIMIT 50');
const all = database.prepare('SELECT text FROM row ORDER BY id').pluck();
const write = (text: string): number => Number(insert.run(text).lastInsertRowid);
const json = (res: ServerResponse, status: number, body: unknown): void => {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

async function digest(req: IncomingMessage): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of req) {
    hash.update(chunk);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** What has no end of its own ends when the process is told to. */
let isStopping = false;
const upgraded = new Set<Duplex>();

type Handler = (req: IncomingMessage, res: ServerResponse, query: URLSearchParams) => unknown;
const handlers: Record<string, Handler> = {
  '/': (_req, res) => void res.end('ready'),
  '/rows': async (req, res) => {
    if (req.method !== 'POST') return json(res, 200, all.all());
    let text = '';
    for await (const chunk of req.setEncoding('utf8')) text += chunk;
    json(res, 201, { id: write(text) });
  },
  '/ticks': (_req, res) => json(res, 200, others.prepare('SELECT text FROM tick ORDER BY rowid').pluck().all()),
  /** A page of a database: the newest rows. */
  '/page': (_req, res) => json(res, 200, page.all()),
  '/write-on-get': (_req, res, query) => json(res, 200, { id: write(query.get('text') ?? '') }),
  /** Writes, and answers with an error all the same. */
  '/write-and-refuse': (_req, res, query) =>
    json(res, Number(query.get('status')), { id: write(query.get('text') ?? '') }),
  '/slow': async (_req, res, query) => {
    await delay(Number(query.get('ms')));
    json(res, 200, { id: write(query.get('text') ?? '') });
  },
  '/upload': async (req, res) => json(res, 200, await digest(req)),
  '/download': async (req, res, query) => {
    await digest(req);
    const chunk = Buffer.alloc(65_536, 'x');
    for (let left = Number(query.get('bytes')); left > 0; left -= chunk.length) {
      if (!res.write(chunk.subarray(0, left))) await new Promise((resolve) => res.once('drain', resolve));
    }
    res.end();
  },
  /** What came, and headers that a proxy has to leave as they are or take away. */
  '/echo': async (req, res, query) => {
    const body = await digest(req);
    const status = Number(query.get('status') ?? 200);
    const bodiless = status === 204 || status === 304;
    const kept = [
      'X-Twice',
      'one',
      'X-Twice',
      'two',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'ETag',
      '"x"',
      'Date',
      'Thu, 01 Jan 1970 00:00:00 GMT',
    ];
    const dropped = ['Connection', 'keep-alive, X-Hop', 'X-Hop', 'no', 'Liteset-Pod', 'nobody'];
    res.writeHead(status, 'As Asked', [...kept, ...dropped, ...(bodiless ? [] : ['Trailer', 'X-Sum'])]);
    if (bodiless) return res.end();
    res.write(JSON.stringify({ method: req.method, url: req.url, headers: req.headers, ...body }));
    res.addTrailers({ 'X-Sum': 'dropped' });
    res.end();
  },
  '/hints': async (req, res) => {
    await digest(req);
    res.writeEarlyHints({ link: '</a.css>; rel=preload' }, () => res.end('after hints'));
  },
  '/nothing': async (req, res) => {
    await digest(req);
    json(res, 404, { path: '/nothing' });
  },
  '/sse': async (_req, res, query) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    await delay(Number(query.get('first') ?? 0), undefined, { ref: false });
    for (let i = 0; !res.destroyed && !isStopping; i++) {
      await delay(200);
      res.write(`data: ${i} ${write('event')}\n\n`);
    }
    res.end();
  },
  /** Answers before the body has come. */
  '/early': (_req, res) => void res.writeHead(413).end('too large'),
  /** Does its work, and is gone before it answers. */
  '/break-before': (req, _res, query) => {
    write(query.get('text') ?? 'break');
    req.socket.destroy();
  },
  '/break-midway': (_req, res, query) => {
    res.writeHead(200, query.has('chunked') ? {} : { 'Content-Length': '100000' }).write('half');
    setTimeout(() => res.destroy(), 100);
  },
  /** Notes when its client goes away. */
  '/until-gone': (_req, res, query) => {
    write(`${query.get('text')} came`);
    res.on('close', () => write(`${query.get('text')} gone`));
  },
};

const server = createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://application');
  const handler = handlers[pathname];
  if (!handler) return json(res, 404, { path: pathname });
  void Promise.resolve(handler(req, res, searchParams)).catch(() => res.destroy());
});
server.on('upgrade', (req, socket, head) => {
  upgraded.add(socket);
  socket.once('close', () => upgraded.delete(socket));
  if (req.url?.startsWith('/ws')) answerWebSocket(req, socket, head, (text) => `${text} ${write(text)}`);
  else socket.end('HTTP/1.1 426 Upgrade Required\r\nX-Why: not here\r\nContent-Length: 4\r\n\r\nnot!');
});
setTimeout(() => server.listen(Number(env('APP_PORT')), '127.0.0.1'), Number(env('START_MS') || 0));

process.on('SIGTERM', async () => {
  if (env('RUDE')) process.exit(0);
  isStopping = true;
  for (const socket of upgraded) socket.destroy();
  await closeServer(server);
  process.exit(0);
});
/** What nobody asked for: it notes outside the database what SQLite has said is written. */
let ticks = 0;
const tick = others.prepare('INSERT INTO tick (text) VALUES (?)');
if (env('TICKS'))
  setInterval(() => {
    const text = `tick ${process.pid} ${ticks++}`;
    tick.run(text);
    appendFileSync(env('TICKS'), `${text}\n`);
  }, 5);
process.stdin.on('end', () => process.exit(1)).resume();
