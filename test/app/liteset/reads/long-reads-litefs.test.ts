import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PositionFile } from '../../../../app/liteset/litefs/position.ts';
import { LongReads } from '../../../../app/liteset/reads/long-reads.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { litefsPair } from '../rig/litefs-pair.ts';
import type { LitefsPod } from '../rig/litefs-pod.ts';

jest.setTimeout(TIMEOUTS.STORY);

/** A long read on a replica of the real LiteFS, while the primary takes a write. */
const directory = mkdtempSync(join(tmpdir(), 'liteset-hold-'));
const database = join(directory, 'pod-1', 'mount', 'app.db');
const file = new PositionFile(database);
let primary: LitefsPod;
let replica: LitefsPod;

beforeAll(async () => {
  ({ primary, replica } = await litefsPair({ directory }));
  await arrived((await write()).token);
}, TIMEOUTS.LITEFS);
afterAll(async () => {
  file.close();
  await Promise.all([replica?.stop(), primary?.stop()]);
  rmSync(directory, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

const write = async () => {
  const answer = await fetch(`${primary.url}/rows`, { method: 'POST', body: 'row' });
  return { token: answer.headers.get('Liteset-Position') ?? '' };
};
const arrived = (txid: string) =>
  waitFor('the write to arrive', async () => {
    const position = file.read();
    if (!position) file.close();
    return position !== undefined && position.txid >= txid;
  });

/** It reads the table, and then counts for ever with its read lock. */
const ENDLESS = `SELECT count(*) FROM row,
  (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)`;
/** How long a process may take to start and to take the lock, in milliseconds. */
const LOCKED_MS = 2_000;

/** How long a write takes to the replica while a read that is ended after `maxMs` goes on there, in milliseconds. */
async function held(maxMs: number): Promise<number> {
  const reads = new LongReads({ database, maxMs });
  try {
    await reads.all('SELECT 1', []);
    const began = performance.now();
    const reading = reads.all(ENDLESS, []).catch((error: { kind?: { type: string } }) => error.kind?.type);
    await delay(maxMs / 4);
    await arrived((await write()).token);
    const took = performance.now() - began;
    expect(await reading).toBe('urn:liteset:problem:read-too-long');
    return took;
  } finally {
    reads.close();
  }
}

test('a read holds replication up for no longer than its bound', async () => {
  const [short, long] = [await held(1_000), await held(6_000)];
  console.log(
    `a write arrived ${Math.round(short)} ms after the read of 1 s began, ${Math.round(long)} ms after that of 6 s`,
  );
  // Replication does wait for a reader, or nothing was shown.
  expect(short).toBeGreaterThan(900);
  expect(long).toBeGreaterThan(5_900);
  expect(short).toBeLessThan(1_000 + LOCKED_MS);
  expect(long).toBeLessThan(6_000 + LOCKED_MS);
});
