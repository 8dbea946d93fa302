/** A small application on Liteset, as LiteFS starts it in these tests. Run by Node, not by jest. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import express, { type ErrorRequestHandler } from 'express';
import { forExpress } from '../../../../app/liteset/express.ts';
import { liteset } from '../../../../app/liteset/liteset.ts';
import { Problem, sendProblem } from '../../../../app/liteset/problem/problem.ts';

const env = (name: string): string => process.env[name] ?? '';
/** Numbers that a test may set; the middleware's own default otherwise. */
const numbers = (names: Record<string, string>): Record<string, number> =>
  Object.fromEntries(Object.entries(names).flatMap(([key, name]) => (env(name) ? [[key, Number(env(name))]] : [])));
const limits = { maxGroup: 64, maxMs: 20 };
const program = new URL('../group-commit/row-thread.ts', import.meta.url).pathname;
const cluster = liteset({
  database: env('DATABASE'),
  pod: env('POD'),
  litefsUrl: env('LITEFS_URL'),
  peers: env('PEERS') || 'localhost',
  peerPort: Number(env('PORT')),
  primaryWaitMs: Number(env('PRIMARY_WAIT_MS')),
  readWaitMs: Number(env('READ_WAIT_MS')),
  clusterHost: env('HOST'),
  switchover: env('SWITCHOVER') === 'true',
  keep: env('KEEP') ? { ltx: env('LTX'), into: env('KEEP') } : undefined,
  tokenCookie: env('TOKEN_COOKIE') || 'liteset-token',
  fenceUrl: env('FENCE_URL') || undefined,
  volume: env('VOLUMES') ? { folder: join(env('VOLUMES'), env('POD')), reserveBytes: 2 ** 40 } : undefined,
  ackPolicy: env('ACK_POLICY') === 'acknowledge' ? 'acknowledge' : 'refuse',
  ...numbers({
    clusterPort: 'CLUSTER_PORT',
    switchoverMs: 'SWITCHOVER_MS',
    ackReplicas: 'ACK_REPLICAS',
    ackTimeoutMs: 'ACK_TIMEOUT_MS',
    waitingRequests: 'WAITING_REQUESTS',
    waitingBytes: 'WAITING_BYTES',
    maxBodyBytes: 'MAX_BODY_BYTES',
    readingRequests: 'READING_REQUESTS',
    readingBytes: 'READING_BYTES',
    bodyMs: 'BODY_MS',
  }),
});

let handle: Database.Database | undefined;
const database = () => {
  handle ??= new Database(env('DATABASE'), { fileMustExist: cluster.role() === 'replica' });
  return handle;
};
cluster.onBecomePrimary(() => {
  handle?.close();
  handle = undefined;
  if (env('REOPEN') !== 'false') committer.reopen();
  database().exec('CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  database().pragma(`journal_mode = ${env('JOURNAL_MODE')}`);
});

const insert = (text: string) => database().prepare('INSERT INTO row (text) VALUES (?)').run(text).lastInsertRowid;
const newest = () => database().prepare('SELECT coalesce(max(id), 0) AS id, count(*) AS count FROM row').get();

const here = { connection: database, write: (_name: string, [text]: readonly unknown[]) => insert(String(text)) };
const thread = { program, data: { path: env('DATABASE'), limits } };
// Not both, so that a test knows who has written.
const committer = cluster.committer(env('WRITER_THREAD') === 'true' ? { thread } : { here });
const write = (text: string) => committer.run('insert', [text]);

const app = express().set('trust proxy', 'loopback');
app.get('/counters', (_req, res) => void res.json(cluster.counters()));
const { middleware, onError: explain } = forExpress(cluster);
app.use(middleware, express.raw({ type: () => true, limit: '20mb' }));
app.post('/rows', async (req, res) => {
  const id = await write(String(req.body));
  res
    .cookie('sample', 'a b')
    .cookie('other', '1')
    .location(`/rows/${id}`)
    .status(201)
    .json({ text: String(req.body) });
});
/** Writes at once, and answers when the database has a row that says so. */
app.post('/rows/slow', async (req, res) => {
  const id = insert(String(req.body));
  while (database().prepare("SELECT 1 FROM row WHERE text = 'go on'").get() === undefined) await delay(5);
  res.status(201).json({ id: Number(id) });
});
app.get('/rows', (_req, res) => void res.json(database().prepare('SELECT text FROM row').pluck().all()));
app.get('/rows/newest', (_req, res) => void res.json(newest()));
app.post('/bytes', (req, res) => {
  insert(createHash('sha256').update(req.body).digest('hex'));
  res.status(202).set('X-Length', String(req.body.length)).type('application/octet-stream').send(req.body);
});
app.get('/asset', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').end());
app.get('/write', (_req, res) => void res.json({ id: Number(insert('by a GET')) }));
app.get('/cluster', async (_req, res) => void res.json(await cluster.cluster()));

const onError: ErrorRequestHandler = (error, _req, res, _next) => {
  if (error instanceof Problem) return sendProblem(res, error);
  res.status(error.status ?? 500).json({ error: String(error), code: error.code });
};
app.use(explain, onError);

const server = app.listen(Number(env('PORT')), env('HOST'));
/** How long requests still arrive after SIGTERM, in milliseconds; the invoice service waits longer. */
const DRAIN_MS = Number(env('DRAIN_MS') || 0);
process.once('SIGTERM', async () => {
  await cluster.leave();
  await delay(DRAIN_MS);
  server.close(() => void cluster.close().then(() => process.exit(0)));
  server.closeAllConnections();
});
