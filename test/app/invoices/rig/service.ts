import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createApps } from '../../../../app/invoices/app.ts';
import { Database } from '../../../../app/invoices/database/database.ts';
import { migrate } from '../../../../app/invoices/database/migrate.ts';
import { fill } from '../../../../app/invoices/sample/fill.ts';
import { writesOn } from '../../../../app/invoices/writes/writes.ts';
import type { Liteset } from '../../../../app/liteset/liteset.ts';
import { standalone } from './standalone.ts';

export const appDir = resolve('app/invoices');
export const migrations = join(appDir, 'database', 'migrations');

/** What is done after the tests of a file, the last first. Tests themselves may add to it, which hooks do not allow. */
const cleanup: (() => void)[] = [];
afterAll(() => {
  for (const undo of cleanup.reverse()) undo();
});

/** A folder that is gone after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'invoices-test-'));
  cleanup.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A migrated database in a file of its own, with so many sample invoices. */
export function newDatabase(invoices = 0): Database {
  const database = new Database(join(temporaryFolder(), 'test.db'));
  cleanup.push(() => database.close());
  migrate(database, migrations);
  if (invoices > 0) fill(database, { invoices });
  return database;
}

/** The service under test, on a port of its own. */
export interface TestService {
  /** The port, once the tests run. */
  port(): number;
  /** A request to a path of it. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** A POST with a JSON body. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Lines that were logged as errors. */
  errors: string[];
  lifecycle: { draining: boolean };
}

/** Serves a database while the tests of a file run. Call it while they are defined. */
export function serveDuringTests(database: Database, liteset: Liteset = standalone): TestService {
  const errors: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) });
  const lifecycle = { draining: false };
  const config = { pod: 'test-0', bodyLimit: '100kb', trustProxy: 0, readCacheBytes: 1_000_000, statusPort: undefined };
  const committer = liteset.committer({ here: writesOn(database) });
  const { app } = createApps({
    config,
    database,
    liteset,
    committer,
    logger,
    registry: new Registry(),
    lifecycle,
    appDir,
  });
  const server = createServer(app);
  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
  afterAll(
    () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  const port = (): number => (server.address() as AddressInfo).port;
  const get: TestService['get'] = (path, init) =>
    fetch(`http://127.0.0.1:${port()}${path}`, { redirect: 'manual', ...init });
  const post: TestService['post'] = (path, body, headers = {}) =>
    get(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  return { port, get, post, errors, lifecycle };
}

/** How many rows the tables have that requests can change. */
export function rowCounts(database: Database): { Invoice: number; [table: string]: number } {
  const others = ['InvoiceLine', 'Customer', 'Track', 'liteset_Idempotency'];
  const count = (table: string): number =>
    database.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  return { Invoice: count('Invoice'), ...Object.fromEntries(others.map((table) => [table, count(table)])) };
}
