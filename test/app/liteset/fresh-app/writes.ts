/** The writes of `app.ts`, in a thread of their own. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { serveWrites } from 'liteset/serve-writes';

let connection: Database.Database | undefined;
const open = () => {
  connection ??= new Database(workerData.path, { fileMustExist: true });
  return connection;
};
serveWrites(
  parentPort,
  { maxGroup: 64, maxMs: 20 },
  {
    connection: open,
    write: (_name, [text]) => open().prepare('INSERT INTO row (text) VALUES (?)').run(text).lastInsertRowid,
    close: () => {
      connection?.close();
      connection = undefined;
    },
  },
);
