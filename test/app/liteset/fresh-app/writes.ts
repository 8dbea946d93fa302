/** The writes of `app.ts`, in a thread of their own. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { PositionFile } from 'liteset/position';
import { DEFAULT_LIMITS, serveWrites, type Writes } from 'liteset/serve-writes';

const position = new PositionFile(workerData.path);
let connection: Database.Database | undefined;
const open = () => {
  connection ??= new Database(workerData.path, { fileMustExist: true });
  return connection;
};
const writes: Writes = {
  connection: open,
  write: (_name, [text]) => open().prepare('INSERT INTO row (text) VALUES (?)').run(text).lastInsertRowid,
};
serveWrites(parentPort, DEFAULT_LIMITS, {
  ...writes,
  version: () => position.version(),
  close: () => {
    connection?.close();
    connection = undefined;
  },
});
