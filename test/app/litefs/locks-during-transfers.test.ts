import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { waitFor } from '../../lib/wait-for.ts';
import { PausableLink } from '../liteset/rig/pausable-link.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { beginImport, fill, largeFile, MIB } from './rig/large.ts';
import { LitefsNode, level } from './rig/litefs-node.ts';

const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
let primary: LitefsNode;
let replica: LitefsNode;
let link: PausableLink;
let database: Database.Database;

beforeAll(async () => {
  primary = await LitefsNode.start(join(directory, 'primary'));
  link = new PausableLink(Number(new URL(primary.url).port));
  replica = await LitefsNode.start(join(directory, 'replica'), `http://127.0.0.1:${await link.listen()}`);
  database = new Database(primary.path('test.db'));
  fill(database, 1);
  await level('test.db', primary, replica);
}, TIMEOUTS.LITEFS);

afterAll(async () => {
  database?.close();
  await Promise.all([replica?.stop(), primary?.stop()]);
  link?.close();
  rmSync(directory, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

/** What a reader that does not wait is shown. */
function count(node: LitefsNode): unknown {
  const reader = new Database(node.path('test.db'), { readonly: true, timeout: 0 });
  try {
    return reader.prepare('SELECT count(*) FROM row').pluck().get();
  } finally {
    reader.close();
  }
}

test(
  'a replica reads what it has while a large transaction is on its way',
  async () => {
    link.pauseAfter(2 * MIB);
    fill(database, 15);
    const folder = join(replica.data, 'dbs/test.db/ltx');
    await waitFor('a part of it to be there', () =>
      readdirSync(folder).some((name) => name.endsWith('.tmp') && statSync(join(folder, name)).size > MIB),
    );
    try {
      expect(count(replica)).toBe(1);
    } finally {
      link.resume();
    }
    await level('test.db', primary, replica);
    expect(count(replica)).toBe(16);
  },
  TIMEOUTS.LITEFS,
);

test(
  'the primary reads and writes while somebody takes time to send an import',
  async () => {
    const file = largeFile(directory, 20);
    const { sent, answered } = beginImport(primary.url, file.length);
    // More than the buffers of a connection hold: LiteFS has begun to read.
    if (!sent.write(file.subarray(0, 16 * MIB))) await once(sent, 'drain');
    expect(count(primary)).toBe(16);
    fill(database, 1);
    sent.end(file.subarray(16 * MIB));
    expect((await answered).resume().statusCode).toBe(200);
    await level('test.db', primary, replica);
    expect([count(primary), count(replica)]).toEqual([20, 20]);
  },
  TIMEOUTS.LITEFS,
);
