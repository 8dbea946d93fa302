/** What LiteFS starts in these tests: it writes what it is sent, and tells what there is. Run by Node, not by jest. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';

const { DATABASE = '', HOST = '', PORT = '', CLUSTER_PORT = '', OTHERS = '' } = process.env;
let opened: Database.Database | undefined;
const database = () => {
  opened ??= new Database(DATABASE);
  return opened;
};

const server = createServer(async (req, res) => {
  try {
    if (req.method === 'POST') {
      database().exec('CREATE TABLE IF NOT EXISTS row (id TEXT PRIMARY KEY)');
      // A row whose answer came too late is sent again, and is there already.
      database()
        .prepare('INSERT INTO row (id) VALUES (?) ON CONFLICT DO NOTHING')
        .run(await text(req));
      res.writeHead(201).end();
    } else {
      const rows = database().prepare('SELECT id FROM row ORDER BY rowid').all() as { id: string }[];
      res.end(JSON.stringify(rows.map(({ id }) => id)));
    }
  } catch (error) {
    res.writeHead(503).end(String(error));
  }
}).listen(Number(PORT), HOST);

/** Has a replica's LiteFS take over, as the application's switchover does in the end. */
const switchover = createServer(async (_req, res) => {
  for (const other of OTHERS.split(',')) {
    const answer = await fetch(`${other}/promote`, { method: 'POST' }).catch(() => undefined);
    if (answer?.ok) return void res.end('{}');
  }
  res.writeHead(503).end(JSON.stringify({ detail: 'No replica has taken over.' }));
}).listen(Number(CLUSTER_PORT), HOST);

process.once('SIGTERM', () => {
  opened?.close();
  switchover.close().closeAllConnections();
  server.close(() => process.exit(0)).closeAllConnections();
});
