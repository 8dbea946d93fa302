import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { TIMEOUTS } from '../../timeouts.ts';
import { LitefsNode, level } from './litefs-node.ts';

/** A primary and a replica for the tests of a file, started before them and stopped after them. */
export interface Pair {
  primary: LitefsNode;
  replica: LitefsNode;
}

/** Name of the database that both have: one table `row (text)`, in WAL mode. */
export const DATABASE = 'test.db';

/** @param between the URL by which the replica finds the primary, whose own URL it is given. Default: that one */
export function startPair(between = async (primaryUrl: string) => primaryUrl): Pair {
  const pair = {} as Pair;
  const folder = mkdtempSync(join(tmpdir(), 'liteset-'));
  beforeAll(async () => {
    pair.primary = await LitefsNode.start(join(folder, 'primary'));
    pair.replica = await LitefsNode.start(join(folder, 'replica'), await between(pair.primary.url));
    onPrimary(pair, (database) => {
      database.exec('CREATE TABLE row (text)');
      database.pragma('journal_mode = wal');
    });
    await level(DATABASE, pair.primary, pair.replica);
  }, TIMEOUTS.LITEFS);
  afterAll(async () => {
    await Promise.all([pair.replica?.stop(), pair.primary?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }, TIMEOUTS.LITEFS);
  return pair;
}

/** Does something with the database on the primary. The connection is closed afterwards. */
export function onPrimary<T>({ primary }: Pair, work: (database: Database.Database) => T): T {
  const database = new Database(primary.path(DATABASE), { timeout: 5_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** Adds a row on the primary, and waits until the replica has it, too: both work. */
export async function works(pair: Pair): Promise<void> {
  onPrimary(pair, (database) => {
    database.exec("INSERT INTO row VALUES ('it works')");
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  });
  await level(DATABASE, pair.primary, pair.replica);
  expect(pair.primary.litefs.output + pair.replica.litefs.output).not.toMatch(/panic|fatal/);
}

/** What a node answers to a request. */
export async function status(node: LitefsNode, method: string, path: string, body?: Uint8Array): Promise<number> {
  const init = body === undefined ? {} : { body };
  const answer = await fetch(`${node.url}${path}`, { method, signal: AbortSignal.timeout(20_000), ...init });
  await answer.arrayBuffer();
  return answer.status;
}
