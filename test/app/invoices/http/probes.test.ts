import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { Database } from '../../../../app/invoices/database/database.ts';
import { migrate } from '../../../../app/invoices/database/migrate.ts';
import { probes } from '../../../../app/invoices/http/probes.ts';
import { migrations, newDatabase, serveDuringTests, temporaryFolder } from '../rig/service.ts';
import { standalone } from '../rig/standalone.ts';

const path = join(temporaryFolder(), 'replica.db');
let connected = true;
let standstillMs = 0;
const replica = {
  ...{ ...standalone, role: () => 'replica' as const, connected: () => connected },
  standstillMs: () => standstillMs,
};
const service = serveDuringTests(new Database(path, { mayCreate: () => false }), replica);
const ready = async (): Promise<[number, string]> => {
  const answer = await service.get('/readyz');
  const { status, detail } = (await answer.json()) as { status: string; detail?: string };
  return [answer.status, detail ?? status];
};

describe('a replica whose database arrives later', () => {
  test('lives, is not ready, and tells clients to come back', async () => {
    expect((await service.get('/livez')).status).toBe(200);
    expect(await ready()).toEqual([503, 'The database has not arrived on this pod yet.']);
    const answer = await service.get('/api/invoices');
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '1']);
  });

  test('is not ready with an empty database, and says what it lacks', async () => {
    new Database(path).write(() => {});
    expect(await ready()).toEqual([503, expect.stringMatching(/lacks Artist, .*Invoice/)]);
  });

  test('is ready as soon as the schema is there, without a restart', async () => {
    const source = new Database(join(temporaryFolder(), 'source.db'));
    migrate(source, migrations);
    source.close();
    copyFileSync(source.path, path);
    expect(await ready()).toEqual([200, 'ready']);
    expect((await service.get('/api/invoices')).status).toBe(200);
  });

  test('stays ready beside a virtual table of a module that this SQLite does not have', async () => {
    const other = new Database(path);
    other.connection.unsafeMode(true).pragma('writable_schema = ON');
    other.connection.exec(
      `INSERT INTO sqlite_schema VALUES ('table', 'z', 'z', 0, 'CREATE VIRTUAL TABLE z USING zipfile(a)')`,
    );
    other.connection.pragma('schema_version = 99');
    other.close();
    expect(await ready()).toEqual([200, 'ready']);
    expect((await service.get('/api/invoices')).status).toBe(200);
  });

  test('is not ready when it has stood still for half a minute', async () => {
    standstillMs = 29_000;
    expect(await ready()).toEqual([200, 'ready']);
    standstillMs = 31_000;
    expect(await ready()).toEqual([503, expect.stringMatching(/not followed the primary for 31 s/)]);
    standstillMs = 0;
  });

  test('is not ready while LiteFS is not connected, or while it goes down', async () => {
    connected = false;
    expect((await ready())[0]).toBe(503);
    connected = true;
    service.lifecycle.draining = true;
    expect(await ready()).toEqual([503, 'The process is going down.']);
  });
});

test('a process whose commit hangs does not live', async () => {
  let busyMs = 29_000;
  const router = probes({
    ...{ database: newDatabase(), liteset: standalone, lifecycle: { draining: false } },
    committer: {
      get busyMs() {
        return busyMs;
      },
    },
  });
  const server = express().use(router).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const status = async () => (await fetch(`http://127.0.0.1:${port}/livez`)).status;
  try {
    expect(await status()).toBe(200);
    busyMs = 31_000;
    expect(await status()).toBe(503);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

describe('the metrics', () => {
  const primary = serveDuringTests(newDatabase(3));

  test('name the route, not the path, and the role and position', async () => {
    await primary.get('/api/invoices/1');
    await primary.get('/api/invoices/2');
    await primary.get('/wp-login.php');
    const text = await (await primary.get('/metrics')).text();
    expect(text).toContain(
      'http_request_duration_seconds_count{method="GET",route="/api/invoices/:id",status="200"} 2',
    );
    expect(text).toContain('route="none",status="404"');
    expect(text).not.toContain('wp-login');
    expect(text).toMatch(/liteset_is_primary 1/);
    expect(text).toMatch(/liteset_position 0/);
  });
});
