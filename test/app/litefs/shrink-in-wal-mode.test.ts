import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { TIMEOUTS } from '../timeouts.ts';
import { digest } from './rig/copies.ts';
import { LitefsNode, level } from './rig/litefs-node.ts';

const run = promisify(execFile);
const LONG = process.env['LITESET_LONG'] === '1';
/** Of auto_vacuum. */
const MODES = ['none', 'full', 'incremental'];
/** Of each mode: with LITESET_LONG 200 in all. */
const ROUNDS = LONG ? 67 : 1;
/** Processes that write beside the one that shrinks the database. */
const OTHERS = LONG ? 8 : 3;

const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
let primary: LitefsNode;
let replica: LitefsNode;

beforeAll(async () => {
  primary = await LitefsNode.start(join(directory, 'primary'));
  replica = await LitefsNode.start(join(directory, 'replica'), primary.url);
}, TIMEOUTS.LITEFS);

afterAll(async () => {
  await Promise.all([replica?.stop(), primary?.stop()]);
  rmSync(directory, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

/** The rows that a writer process left, by its own account. */
async function write(name: string, seed: number, kind: 'shrink' | 'grow'): Promise<[writer: number, rows: number]> {
  const { stdout } = await run(process.execPath, [
    resolve('test/app/litefs/rig/writer.ts'),
    primary.path(name),
    String(seed),
    kind,
  ]);
  return [seed, Number(stdout)];
}

function open(name: string): Database.Database {
  return new Database(primary.path(name), { timeout: 5_000 });
}

/** One database, one process that shrinks it, the others beside. */
async function round(mode: string, number: number): Promise<void> {
  const name = `${mode}-${number}.db`;
  const database = open(name);
  database.pragma(`auto_vacuum = ${mode}`);
  database.exec(
    'CREATE TABLE row (id INTEGER PRIMARY KEY, writer INTEGER, body BLOB); CREATE INDEX body ON row (body)',
  );
  database.pragma('journal_mode = wal');
  const seed = 100 * (number + 1);
  const others = Array.from({ length: OTHERS }, (_, index) => write(name, seed + 1 + index, 'grow'));
  const left = await Promise.all([write(name, seed, 'shrink'), ...others]);

  const counts = database.prepare('SELECT writer, count(*) FROM row GROUP BY writer ORDER BY writer').raw().all();
  expect(counts).toEqual(left.filter(([, rows]) => rows > 0));
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
  await level(name, primary, replica);
  expect(await digest(replica, name)).toBe(await digest(primary, name));
}

test(
  'databases that shrink while others write are the same on both pods, and whole',
  async () => {
    for (let number = 0; number < ROUNDS; number++) await Promise.all(MODES.map((mode) => round(mode, number)));
    expect(primary.litefs.output + replica.litefs.output).not.toMatch(/panic|fatal/i);
  },
  ROUNDS * TIMEOUTS.STORY,
);

test(
  'LiteFS opens them again, with the same positions',
  async () => {
    const names = MODES.map((mode) => `${mode}-0.db`);
    const before = names.map((name) => primary.position(name));
    await primary.kill();
    await primary.start();
    expect(names.map((name) => primary.position(name))).toEqual(before);
    for (const name of names) {
      const database = open(name);
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      database.close();
    }
  },
  TIMEOUTS.LITEFS,
);
