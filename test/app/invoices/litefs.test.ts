import type { ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../../app/invoices/database/database.ts';
import { migrate } from '../../../app/invoices/database/migrate.ts';
import { fill } from '../../../app/invoices/sample/fill.ts';
import { freePort } from '../../lib/free-port.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { runImport, type ServicePod, startPod, stopPod } from './rig/litefs-service.ts';
import { migrations, temporaryFolder } from './rig/service.ts';

const folder = temporaryFolder();
const pods: ServicePod[] = [];
const running: ChildProcess[] = [];

beforeAll(async () => {
  const [primaryPort, replicaPort, litefsPort] = [await freePort(), await freePort(), await freePort()];
  const common = { primaryPort, litefsPort, primaryHost: '127.0.0.2', sampleInvoices: 30 };
  pods.push({ ...common, name: 'pod-0', host: '127.0.0.2', port: primaryPort, folder: join(folder, '0') });
  pods.push({ ...common, name: 'pod-1', host: '127.0.0.3', port: replicaPort, folder: join(folder, '1') });
  for (const pod of pods) running.push(await startPod(pod));
}, TIMEOUTS.LITEFS);
afterAll(async () => {
  for (const child of running.reverse()) await stopPod(child);
}, TIMEOUTS.LITEFS);

const ask = async (pod: ServicePod | undefined, path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${pod?.port}${path}`, init);
async function numbers(pod: ServicePod | undefined): Promise<number[]> {
  const { items } = (await (await ask(pod, '/api/invoices?limit=200&sort=number')).json()) as {
    items: { invoiceId: number }[];
  };
  return items.map(({ invoiceId }) => invoiceId);
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** A file with a rollback journal and 1024 bytes a page; `extra` moves every table to another place in it. */
function chinook(name: string, invoices: number, extra: string): string {
  const database = new Database(join(folder, name));
  database.connection.exec(extra);
  migrate(database, migrations);
  fill(database, { invoices });
  database.connection.exec('DROP TABLE liteset_Migration; DROP TABLE liteset_Idempotency');
  database.connection.pragma('journal_mode = DELETE');
  database.connection.pragma('page_size = 1024');
  database.connection.exec('VACUUM');
  database.close();
  return database.path;
}

test('a new database is filled by the primary, and the replica has the same', async () => {
  expect(await numbers(pods[0])).toEqual(upTo(30));
  expect(await numbers(pods[1])).toEqual(upTo(30));
});

test('reads of the same contents are answered from the cache, and the metrics say so', async () => {
  const counted = async () => {
    const text = await (await ask(pods[1], '/metrics')).text();
    return ['hits', 'misses'].map((what) =>
      Number(new RegExp(`^liteset_read_cache_${what}_total (\\d+)$`, 'm').exec(text)?.[1]),
    );
  };
  const [hits = 0, misses = 0] = await counted();
  const etag = (await ask(pods[1], '/api/invoices/7')).headers.get('ETag') ?? '';
  await ask(pods[1], '/api/invoices/7');
  expect((await ask(pods[1], '/api/invoices/7', { headers: { 'If-None-Match': etag } })).status).toBe(304);
  expect(await counted()).toEqual([hits + 2, misses + 1]);
});

test('a file that is no database is refused, and nothing is touched', async () => {
  const file = join(folder, 'text');
  writeFileSync(file, 'no database');
  const { code, output } = await runImport(pods[1] as ServicePod, file);
  expect([code, output]).toEqual([1, 'refused: The file is not a SQLite database.\n']);
  expect(await numbers(pods[1])).toEqual(upTo(30));
});

test(
  'files of another page size and journal replace the database again and again, through either pod',
  async () => {
    const first = chinook('first.db', 12, 'CREATE TABLE before1 (a)');
    const second = chinook(
      'second.db',
      21,
      'CREATE TABLE before1 (a); CREATE TABLE before2 (a); CREATE TABLE before3 (a)',
    );
    for (const [file, count, through] of [
      [first, 12, 1],
      [second, 21, 0],
      [first, 12, 0],
    ] as const) {
      const { code, output } = await runImport(pods[through] as ServicePod, file);
      expect([code, output]).toEqual([0, expect.stringContaining(`Invoice: ${count} rows`)]);
      // The other pod was not asked in between: its connection has everything of the old file in its cache.
      expect(await numbers(pods[1 - through])).toEqual(upTo(count));
    }
  },
  TIMEOUTS.LITEFS,
);

test('after an import the service writes again, through the replica too', async () => {
  const body = JSON.stringify({ customerId: 1, lines: [{ trackId: 1, quantity: 1 }] });
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': 'after' };
  const answer = await ask(pods[1], '/api/invoices', { method: 'POST', headers, body });
  expect([answer.status, answer.headers.get('Liteset-Role')]).toEqual([201, 'primary']);
});

test(
  'after SIGTERM LiteFS ends with 0 and unmounts, and a new start does not fill the database again',
  async () => {
    const before = await numbers(pods[0]);
    expect(await stopPod(running[0] as ChildProcess)).toBe(0);
    expect(existsSync(join(folder, '0', 'mount', 'invoices.db'))).toBe(false);
    running[0] = await startPod(pods[0] as ServicePod);
    expect(await numbers(pods[0])).toEqual(before);
  },
  TIMEOUTS.LITEFS,
);
