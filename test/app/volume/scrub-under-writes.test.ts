import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { waitFor } from '../../lib/wait-for.ts';
import { flipBit } from './rig/flip-bit.ts';
import { LoneLitefs } from './rig/lone-litefs.ts';

const WRITING_MS = process.env['LITESET_LONG'] ? 120_000 : 3_000;
const directory = mkdtempSync(join(tmpdir(), 'liteset-scrub-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** All that moves pages: transactions that are small, large, rolled back, or move every page, and checkpoints. */
function writeOnce(db: Database.Database, round: number): void {
  const change = db.prepare("UPDATE row SET text = hex(randomblob(400)) || '' WHERE id > 40 AND id % 7 = ?");
  change.run(round % 7);
  db.prepare('INSERT INTO row (text) VALUES (hex(randomblob(1000)))').run();
  if (round % 5 === 0) {
    db.exec('BEGIN IMMEDIATE; UPDATE row SET text = hex(randomblob(900)) WHERE id > 40');
    db.exec(round % 2 === 0 ? 'ROLLBACK' : 'COMMIT');
  }
  if (round % 20 === 0) db.exec('DELETE FROM row WHERE id > 200; VACUUM');
  if (round % 9 === 0) db.pragma('wal_checkpoint(TRUNCATE)');
}

test.each(['wal', 'delete'])(
  'a database that is written all the time is found whole, and a flipped bit in it is found, journal mode %s',
  async (mode) => {
    const litefs = new LoneLitefs(join(directory, mode), ['-scrub-rate=1000000000', '-scrub-pause=0s']);
    await litefs.start();
    try {
      await litefs.outcome();
      const db = litefs.open();
      db.pragma(`journal_mode = ${mode}`);
      db.pragma('cache_size = 10'); // pages go to the disk before their transaction ends
      db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)');
      const insert = db.prepare('INSERT INTO row (text) VALUES (hex(randomblob(1000)))');
      for (let row = 0; row < 100; row++) insert.run();
      let round = 0;
      const end = performance.now() + WRITING_MS;
      for (; performance.now() < end; await setImmediate()) writeOnce(db, ++round);
      expect(litefs.output).not.toMatch(/checksum|damaged/);
      db.pragma('wal_checkpoint(TRUNCATE)'); // or a later one would write a good page over the damaged one
      flipBit(litefs.data);
      const found = () => /VolumeDamaged: test\.db .* at TXID \w+ it has the checksum/.test(litefs.output);
      // What goes on writes no page anew that is damaged: the new page would be a good one.
      while (!found() && performance.now() < end + 20_000) {
        insert.run();
        await setImmediate();
      }
      await waitFor('the reason', () => litefs.output.includes('cannot be healed yet: '));
      db.close();
    } finally {
      await litefs.kill();
    }
  },
  60_000 + WRITING_MS,
);
