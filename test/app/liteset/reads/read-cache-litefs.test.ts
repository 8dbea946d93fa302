import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { TIMEOUTS } from '../../timeouts.ts';
import { litefsPair } from '../rig/litefs-pair.ts';
import type { LitefsPod } from '../rig/litefs-pod.ts';

const READS = process.env['LITESET_LONG'] ? 1_000_000 : 100_000;
const MUTANT_READS = 50_000;
/** How many transactions the reads must have met, or nothing was tried. */
const TRANSACTIONS = 20;
jest.setTimeout(TIMEOUTS.MANY);

/** The cache on a replica of the real LiteFS, while the other pod writes as fast as it can. */
const directory = mkdtempSync(join(tmpdir(), 'liteset-cache-'));
let primary: LitefsPod;
let replica: LitefsPod;
let replicaUrl: string;
let stopped = false;
let writing: Promise<void>;

beforeAll(async () => {
  ({ primary, replica, replicaUrl } = await litefsPair({ directory }));
  const write = () => fetch(`${primary.url}/rows`, { method: 'POST', body: 'row' });
  // Its token comes back from the replica when that one has the row, and with it the database.
  const token = (await write()).headers.get('Liteset-Token') ?? '';
  await fetch(`${replica.url}/rows/newest`, { headers: { 'Liteset-Token': token } });
  writing = (async () => {
    while (!stopped) await write();
  })();
}, TIMEOUTS.LITEFS);
afterAll(async () => {
  stopped = true;
  await writing;
  await Promise.all([replica?.stop(), primary?.stop()]);
  rmSync(directory, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

interface Seen {
  reads: number;
  transactions: number;
  stale: number;
  hits: number;
  misses: number;
}

async function read(reads: number, versions: 'file' | 'events' | 'never'): Promise<Seen> {
  const args = [join(directory, 'pod-1', 'mount', 'app.db'), String(reads), versions, String(TRANSACTIONS), replicaUrl];
  const program = resolve('test/app/liteset/reads/cache-reader.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { timeout: TIMEOUTS.MANY });
  const seen = JSON.parse(stdout) as Seen;
  console.log(`versions from ${versions}: ${stdout}`);
  return seen;
}

test(`of ${READS} reads through the cache none is older than a query before it`, async () => {
  const { stale, reads, transactions, hits } = await read(READS, 'file');
  expect(stale).toBe(0);
  expect(reads).toBeGreaterThanOrEqual(READS);
  // Two may come between a query and the read after it.
  expect(transactions).toBeGreaterThan(TRANSACTIONS / 2);
  expect(hits).toBeGreaterThan(reads / 2);
});

test.each(['events', 'never'] as const)('the test finds a cache whose versions come from %s', async (versions) => {
  expect((await read(MUTANT_READS, versions)).stale).toBeGreaterThan(0);
});
