import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Random } from '../lease/core/model/random.ts';
import { LoneLitefs } from './rig/lone-litefs.ts';

const COPIES = process.env['LITESET_LONG'] ? 100 : 3;
/** How many copies are taken from one running LiteFS: each of its transactions is in each. */
const AT_ONCE = 20;
const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), 'liteset-copied-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Copies a volume, file by file, while rows are written, as a snapshot that is none does. Returns what was acknowledged before each. */
async function takeCopies(litefs: LoneLitefs, mode: string, count: number, random: Random): Promise<number[]> {
  const db = litefs.open();
  db.pragma(`journal_mode = ${mode}`);
  db.pragma('wal_autocheckpoint = 20');
  db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)');
  const insert = db.prepare('INSERT INTO row (text) VALUES (?)');
  let rows = 0;
  const before: number[] = [];
  for (let copy = 0; copy < count; copy++) {
    for (let more = random.below(20); more >= 0; more--, rows++) insert.run('x'.repeat(random.below(3_000)));
    before.push(rows);
    const target = join(directory, `${mode}-${copy}`);
    mkdirSync(target);
    let isDone = false;
    const copying = run('cp', ['-r', litefs.data, join(target, 'data')]).catch(() => {}); // files go while it copies
    const done = copying.then(() => {
      isDone = true;
    });
    for (; !isDone; rows++) {
      insert.run('x'.repeat(random.below(3_000)));
      await delay(random.below(3));
    }
    await done;
  }
  db.close();
  return before;
}

test.each(['wal', 'delete'])(
  `a volume that is a copy of a running one has all that was there before the copy began, or waits, journal mode %s: ${COPIES} copies`,
  async (mode) => {
    const random = new Random(7);
    const outcomes = { all: 0, waits: 0 };
    for (let left = COPIES; left > 0; left -= AT_ONCE) {
      const source = new LoneLitefs(join(directory, `${mode}-source`));
      await source.start();
      await source.outcome();
      const before = await takeCopies(source, mode, Math.min(left, AT_ONCE), random);
      await source.kill();
      rmSync(join(directory, `${mode}-source`), { recursive: true });
      for (const [copy, acknowledged] of before.entries()) {
        const litefs = new LoneLitefs(join(directory, `${mode}-${copy}`));
        await litefs.start();
        const outcome = await litefs.outcome();
        if (outcome === 'waits') outcomes.waits++;
        else {
          const db = litefs.open(true);
          expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
          expect(db.prepare('SELECT count(*) FROM row').pluck().get()).toBeGreaterThanOrEqual(acknowledged);
          db.close();
          outcomes.all++;
        }
        await litefs.kill();
        rmSync(join(directory, `${mode}-${copy}`), { recursive: true });
      }
    }
    process.stderr.write(`  ${COPIES} copies, mode ${mode}: ${JSON.stringify(outcomes)}\n`);
  },
  60_000 + COPIES * 8_000,
);
