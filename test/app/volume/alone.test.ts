import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problems } from '../../../app/liteset/problem/types.ts';
import { waitFor } from '../../lib/wait-for.ts';
import { Random } from '../lease/core/model/random.ts';
import { LoneLitefs } from './rig/lone-litefs.ts';
import { mutate } from './rig/mutations.ts';
import { seeds } from './rig/seeds.ts';

const SEEDS = seeds(12, 320, [164, 236, 668]);
const ROWS = 60;
const directory = mkdtempSync(join(tmpdir(), 'liteset-volume-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Volume {
  readonly last: string;
  readonly older: string;
}

/** Makes a volume on which each row was acknowledged, and a copy of it from when a third was; LiteFS was killed then. */
async function makeVolume(mode: string): Promise<Volume> {
  const litefs = new LoneLitefs(join(directory, mode), ['-scrub-rate=1000000000', '-scrub-pause=100ms']);
  const older = join(directory, `${mode}-older`);
  await litefs.start();
  await litefs.outcome();
  const db = litefs.open();
  db.pragma(`journal_mode = ${mode}`);
  db.pragma('wal_autocheckpoint = 20');
  db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)');
  const insert = db.prepare('INSERT INTO row (text) VALUES (?)');
  for (let row = 1; row <= ROWS; row++) {
    insert.run('x'.repeat(40 * row));
    if (row === ROWS / 3) cpSync(litefs.data, older, { recursive: true });
  }
  await waitFor('a note of the database', () => existsSync(join(litefs.data, 'seen/test.db')));
  await litefs.kill();
  db.close();
  const ltx = join(litefs.data, 'dbs/test.db/ltx');
  // LiteFS keeps transactions for some minutes: those that are left do not make the database by themselves.
  for (const name of readdirSync(ltx)
    .sort()
    .slice(0, ROWS / 4))
    rmSync(join(ltx, name));
  return { last: litefs.data, older };
}

/** Starts the volume, and returns how many rows it has, or that it waits for a person. */
async function rowsOf(litefs: LoneLitefs): Promise<number | 'waits'> {
  await litefs.start();
  try {
    const outcome = await litefs.outcome();
    if (outcome === 'waits') return outcome;
    const db = litefs.open(true);
    try {
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      return db.prepare('SELECT count(*) FROM row').pluck().get() as number;
    } finally {
      db.close();
    }
  } finally {
    await litefs.kill();
  }
}

/** The newest transaction that a file is named after. */
function newest(data: string): number {
  const folder = join(data, 'dbs/test.db/ltx');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ltx')) : [];
  return Math.max(0, ...names.map((name) => Number.parseInt(name.split('-')[1] ?? '', 16)));
}

const contentOf = (data: string, name: string): string => {
  const path = join(data, 'dbs/test.db', name);
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
};

/**
 * How many rows were on the volume of which nothing tells any more: it is a stale one then, which the election keeps from
 * winning. A database that is further than its transaction files tells, but for one transaction in a write-ahead log, and
 * for one whose log is as old as they are: LiteFS has no way to see that the log is not the last one.
 */
function lostWithoutTrace(data: string, { last, older }: Volume, mode: string): number {
  const gone = newest(last) - newest(data);
  if (contentOf(data, 'database') !== contentOf(last, 'database')) return gone;
  const isLogOlder = mode === 'wal' && contentOf(data, 'wal') === contentOf(older, 'wal');
  return isLogOlder || (mode === 'wal' && gone === 1) ? gone : 0;
}

describe.each(['wal', 'delete'])('a damaged volume that nobody else has a copy of, journal mode %s', (mode) => {
  test(
    `has all that was acknowledged, or waits: ${SEEDS.length} seeds`,
    async () => {
      const volume = await makeVolume(mode);
      const outcomes: Record<string, number> = {};
      const wrong: object[] = [];
      for (const seed of SEEDS) {
        const litefs = new LoneLitefs(join(directory, `${mode}-${seed}`));
        cpSync(volume.last, litefs.data, { recursive: true });
        const did = mutate(litefs.data, volume.older, new Random(seed));
        const lost = lostWithoutTrace(litefs.data, volume, mode);
        const rows = await rowsOf(litefs).catch(String);
        if (!['waits', ROWS, ROWS - lost].includes(rows)) wrong.push({ seed, did, rows, lost });
        outcomes[rows] = (outcomes[rows] ?? 0) + 1;
        rmSync(join(directory, `${mode}-${seed}`), { recursive: true });
      }
      process.stderr.write(`  ${SEEDS.length} damaged volumes, mode ${mode}: ${JSON.stringify(outcomes)}\n`);
      expect(wrong).toEqual([]);
      // Most faults are in what the transaction files make good.
      if (SEEDS.length > 10) expect(outcomes[ROWS]).toBeGreaterThan(SEEDS.length / 4);
    },
    60_000 + SEEDS.length * 5_000,
  );
});

test('a pod that waits says so on its ports, is not restarted, and goes on when a person gives the volume up', async () => {
  const { last } = await makeVolume('truncate');
  const litefs = new LoneLitefs(join(directory, 'given-up'));
  cpSync(last, litefs.data, { recursive: true });
  const ltx = join(litefs.data, 'dbs/test.db/ltx');
  truncateSync(join(ltx, readdirSync(ltx).sort().at(-1) ?? ''), 200);
  await litefs.start();
  expect(await litefs.outcome()).toBe('waits');
  const { status, body } = await waitFor('an answer', () => litefs.says('/readyz'));
  const { type, title } = problems.volumeWaits;
  expect({ status, ...JSON.parse(body) }).toEqual({
    status: 503,
    type,
    title,
    detail: expect.stringContaining('give-up'),
  });
  // Where the chart's probes ask: a pod that does not answer there is killed again and again.
  for (const port of ['http', 'status'] as const) {
    expect((await litefs.says('/livez', port)).status).toBe(200);
    expect((await litefs.says('/readyz', port)).status).toBe(503);
  }
  litefs.giveUp();
  await waitFor('LiteFS', () => litefs.output.includes('connected to cluster, ready'));
  await litefs.kill();
  expect(readdirSync(join(litefs.data, 'aside'))).toEqual([expect.stringMatching(/Z-test\.db$/)]);
  // Without a sidecar, the application counts what is noted here.
  const noted = readFileSync(join(litefs.data, 'faults'), 'utf8').trim().split('\n');
  expect(noted.map((line) => line.split(' ')[1])).toEqual(['VolumeWaits', 'VolumeMovedAside']);
  await litefs.start();
  expect(await litefs.outcome()).toBe('mounted'); // nobody misses what was given up
  await litefs.kill();
});
