import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export const MIB = 1024 * 1024;

/** Adds rows of 1 MiB that nobody can compress, in one transaction. */
export function fill(to: Database.Database, rows: number): void {
  to.exec('CREATE TABLE IF NOT EXISTS row (bytes)');
  to.pragma('journal_mode = WAL');
  to.prepare(
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO row SELECT randomblob(?) FROM n',
  ).run(rows, MIB);
}

/** The file of another database with so many of these rows, made in a folder. */
export function largeFile(folder: string, rows: number): Buffer {
  const path = join(folder, 'import.db');
  const database = new Database(path);
  fill(database, rows);
  database.close();
  return readFileSync(path);
}

/** Begins to send a file of so many bytes to a LiteFS, in the place of `test.db`. */
export function beginImport(url: string, length: number): { sent: ClientRequest; answered: Promise<IncomingMessage> } {
  const headers = { 'Content-Length': length };
  const sent = request(new URL('/import?name=test.db', url), { method: 'POST', headers });
  return { sent, answered: once(sent, 'response').then(([answer]: IncomingMessage[]) => answer as IncomingMessage) };
}
