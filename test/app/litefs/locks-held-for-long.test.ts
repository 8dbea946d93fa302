import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { slow } from '../../lib/slow.ts';
import { waitFor } from '../../lib/wait-for.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { beginImport, fill, largeFile } from './rig/large.ts';
import { LitefsNode, level } from './rig/litefs-node.ts';

/** What the other database has more than the first, in MiB: to take it in takes LiteFS some 100 ms. */
const SIZE = 24;
/** SQLite would try for ten seconds, asleep, while this thread has nothing else to do. */
const AT_ONCE_MS = 2_000 * slow;
const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
let primary: LitefsNode;
let replica: LitefsNode;
let database: Database.Database;
let readers: Database.Database[] = [];

beforeAll(async () => {
  primary = await LitefsNode.start(join(directory, 'primary'));
  replica = await LitefsNode.start(join(directory, 'replica'), primary.url);
  database = new Database(primary.path('test.db'));
  fill(database, 1);
  await level('test.db', primary, replica);
  readers = [primary, replica].map((node) => new Database(node.path('test.db'), { readonly: true, timeout: 0 }));
}, TIMEOUTS.LITEFS);

afterAll(async () => {
  for (const one of [database, ...readers]) one?.close();
  await Promise.all([replica?.stop(), primary?.stop()]);
  rmSync(directory, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

/** How many rows there are, or SQLite's code if it does not say. */
function rows(reader: Database.Database | undefined): unknown {
  try {
    return reader?.prepare('SELECT count(*) FROM row').pluck().get();
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

async function halt(method: string): Promise<void> {
  const answer = await fetch(`${primary.url}/halt?name=test.db&id=7`, { method });
  if (!answer.ok) throw new Error(`${method} /halt: ${answer.status} ${await answer.text()}`);
}

test(
  'who does not want to wait is told at once that the locks are taken, and reads and writes as soon as they are free',
  async () => {
    await halt('POST');
    try {
      const began = performance.now();
      expect(rows(readers[0])).toBe('SQLITE_BUSY_RECOVERY');
      expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
    } finally {
      await halt('DELETE');
    }
    expect(rows(readers[0])).toBe(1);
    fill(database, 1);
    await level('test.db', primary, replica);
    expect(readers.map(rows)).toEqual([2, 2]);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  },
  TIMEOUTS.LITEFS,
);

test(
  'so are readers of each pod while it takes in a large database, and then they see that',
  async () => {
    const file = largeFile(directory, SIZE);
    const { sent, answered } = beginImport(primary.url, file.length);
    sent.end(file);
    const told = readers.map(() => new Set<unknown>());
    await waitFor(
      'both to show it',
      () => {
        for (const [i, reader] of readers.entries()) told[i]?.add(rows(reader));
        return told.every((one) => one.has(SIZE));
      },
      undefined,
      1,
    );
    expect((await answered).resume().statusCode).toBe(200);
    for (const one of told) expect([...one]).toEqual([2, 'SQLITE_BUSY_RECOVERY', SIZE]);
    await level('test.db', primary, replica);
    for (const reader of readers) expect(reader.pragma('quick_check', { simple: true })).toBe('ok');
    fill(database, 1);
    await level('test.db', primary, replica);
    expect(readers.map(rows)).toEqual([SIZE + 1, SIZE + 1]);
  },
  TIMEOUTS.STORY,
);
