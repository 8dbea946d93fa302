/** An Express application that has Liteset as a package; `package.test.ts` compiles it outside the repository. */
import Database from 'better-sqlite3';
import express, { type ErrorRequestHandler } from 'express';
import { type Liteset, liteset } from 'liteset';
import { forExpress } from 'liteset/express';
import { LongReads } from 'liteset/long-reads';
import { Problem, sendProblem } from 'liteset/problem';
import { ReadCache } from 'liteset/read-cache';

const {
  DATABASE: path = '',
  POD: pod = '',
  HOST: host = '',
  PORT: port = '',
  LITEFS_URL: litefsUrl = '',
} = process.env;
const cluster: Liteset = liteset({ database: path, pod, litefsUrl, peerPort: Number(port) });
const thread = { program: new URL('writes.js', import.meta.url).pathname, data: { path } };
const committer = cluster.committer({ thread });

let connection: Database.Database | undefined;
const database = () => {
  connection ??= new Database(path, { fileMustExist: true });
  return connection;
};
cluster.onBecomePrimary(() => {
  connection?.close();
  connection = new Database(path);
  connection.exec('CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  connection.pragma('journal_mode = WAL');
  committer.reopen();
});

const app = express();
const { middleware, onError } = forExpress(cluster);
const long = new LongReads({ database: path });
const cache = new ReadCache(cluster.version);
const NEWEST = 'SELECT id, text FROM row ORDER BY id DESC LIMIT 1';
app.use(middleware, express.text());
app.post('/rows', async (req, res) => void res.status(201).json({ id: await committer.run('insert', [req.body]) }));
app.get('/rows/newest', (req, res) => cache.json(req, res, () => database().prepare(NEWEST).get()));
app.get('/rows/newest/aside', async (_req, res) => void res.json(await long.all<{ id: number }>(NEWEST, [])));

const onProblem: ErrorRequestHandler = (error, _req, res, next) =>
  error instanceof Problem ? sendProblem(res, error) : next(error);
app.use(onError, onProblem);

const server = app.listen(Number(port), host);
process.once('SIGTERM', async () => {
  await cluster.leave();
  server.close(() => void cluster.close().then(() => process.exit(0))).closeAllConnections();
});
