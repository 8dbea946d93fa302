import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import pg from 'pg';
import { freePort } from '../lib/free-port.ts';
import { Program, root } from './processes.ts';
import type { System } from './system.ts';

const run = promisify(execFile);
const BIN = '/usr/lib/postgresql/15/bin';
const TABLES = ['Artist', 'Album', 'Genre', 'MediaType', 'Track', 'Employee', 'Customer', 'Invoice', 'InvoiceLine'];
/** How many rows one statement carries while the tables are filled. */
const BATCH = 5_000;
const ids = async (user: string) =>
  Promise.all(['-u', '-g'].map(async (flag) => Number((await run('id', [flag, user])).stdout)));

/** PostgreSQL refuses to be run by root: by its own user then. */
const asUser = (command: string, args: string[]): [string, string[]] =>
  process.getuid?.() === 0
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]]
    : [command, args];

/**
 * PostgreSQL 15 of Debian with a streaming replica, both with the defaults of the package, and the service's logic on it in
 * one process. It is installed if it is missing. Its data are in the folder for temporary files, which its user can reach.
 */
export async function startPostgres(folder: string, database: string): Promise<System> {
  if (!existsSync(BIN))
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql-15', 'postgresql-client-15']);
  const data = mkdtempSync(join(tmpdir(), 'liteset-postgres-'));
  if (process.getuid?.() === 0) chownSync(data, ...((await ids('postgres')) as [number, number]));
  const [port, replicaPort, appPort] = [await freePort(), await freePort(), await freePort()];
  const log = join(folder, 'log');
  const running: Program[] = [];
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown.
    for (const program of running.reverse()) await program.stop('SIGINT');
    rmSync(data, { recursive: true, force: true });
  };
  const start = async (name: string, at: number) => {
    const args = ['-D', join(data, name), '-p', String(at), '-k', data, '-c', 'listen_addresses=127.0.0.1'];
    const program = new Program(log, ...asUser(join(BIN, 'postgres'), args));
    running.push(program);
    await program.until(async () => (await connect(at)) !== undefined);
  };
  const connect = async (at: number) => {
    const client = new pg.Client({ host: '127.0.0.1', port: at, user: 'bench', database: 'postgres' });
    await client.connect();
    await client.end();
    return client;
  };
  try {
    await run(
      ...asUser(join(BIN, 'initdb'), ['-D', join(data, 'primary'), '-A', 'trust', '-U', 'bench', '-E', 'UTF8']),
    );
    await start('primary', port);
    const base = ['-D', join(data, 'replica'), '-R', '-h', '127.0.0.1', '-p', String(port), '-U', 'bench'];
    await run(...asUser(join(BIN, 'pg_basebackup'), base));
    await start('replica', replicaPort);
    await fill(port, database);
    const env = {
      PORT: String(appPort),
      PGHOST: '127.0.0.1',
      PGPORT: String(port),
      PGUSER: 'bench',
      PGDATABASE: 'postgres',
    };
    const app = new Program(log, process.execPath, ['test/bench/postgres-app.ts'], env);
    running.push(app);
    await app.answers(`http://127.0.0.1:${appPort}/api/invoices/1`);
    return { url: `http://127.0.0.1:${appPort}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The same tables, indexes and rows as in a SQLite file. */
async function fill(port: number, path: string): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'bench', database: 'postgres' });
  const source = new Database(path, { readonly: true });
  await client.connect();
  for (const name of ['001-chinook.sql', '004-unused-index.sql']) {
    const sql = readFileSync(join(root, 'app/invoices/database/migrations', name), 'utf8');
    await client.query(sql.replaceAll('NVARCHAR', 'VARCHAR').replaceAll('DATETIME', 'VARCHAR(30)'));
  }
  // An index of SQLite ends with the row's number.
  await client.query('CREATE INDEX ON Invoice (InvoiceDate, InvoiceId); CREATE INDEX ON Invoice (Total, InvoiceId)');
  for (const table of TABLES) {
    let batch: unknown[] = [];
    const send = async () => {
      const sql = `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`;
      if (batch.length > 0) await client.query(sql, [JSON.stringify(batch)]);
      batch = [];
    };
    for (const row of source.prepare<[], object>(`SELECT * FROM ${table}`).iterate()) {
      batch.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value])));
      if (batch.length >= BATCH) await send();
    }
    await send();
  }
  for (const table of ['Invoice', 'InvoiceLine']) {
    await client.query(`CREATE SEQUENCE ${table}_number OWNED BY ${table}.${table}Id`);
    await client.query(`SELECT setval('${table}_number', (SELECT max(${table}Id) FROM ${table}))`);
    await client.query(`ALTER TABLE ${table} ALTER ${table}Id SET DEFAULT nextval('${table}_number')`);
  }
  await client.query('ANALYZE');
  await client.end();
  source.close();
}
