import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { LoneLitefs } from './rig/lone-litefs.ts';
import { seeds } from './rig/seeds.ts';

/** The volume of seed 1 has 12 MiB, and each further one a MiB more. */
const SEEDS = seeds(1, 12, [5]);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) {
    execFileSync('umount', ['--lazy', join(folder, 'data')]);
    rmSync(folder, { recursive: true });
  }
});

/** A folder whose data are on a file system of their own, which is small. */
function smallVolume(mebibytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'liteset-full-'));
  mkdirSync(join(folder, 'data'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', join(folder, 'data')]);
  folders.push(folder);
  return folder;
}

/** Writes rows until that fails, and returns how many were acknowledged. LiteFS may hang meanwhile, and this process must not. */
async function fill(litefs: LoneLitefs, mode: string): Promise<number> {
  const script = resolve('test/app/volume/rig/fill.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, litefs.database, mode], { timeout: 60_000 });
  return Number(stdout);
}

/** Starts what a folder holds, does something with it, and kills it. */
async function use<T>(folder: string, work: (litefs: LoneLitefs) => T | Promise<T>): Promise<T> {
  const litefs = new LoneLitefs(folder);
  await litefs.start();
  try {
    expect(await litefs.outcome()).toBe('mounted');
    return await work(litefs);
  } finally {
    await litefs.kill();
  }
}

test.each(['wal', 'delete'])(
  `a volume that was filled to the last byte starts again with all rows, and takes one more, journal mode %s: ${SEEDS.length} sizes`,
  async (mode) => {
    for (const seed of SEEDS) {
      const folder = smallVolume(11 + seed);
      const acknowledged = await use(folder, (litefs) => fill(litefs, mode));
      expect(acknowledged).toBeGreaterThan(5);
      expect(acknowledged).toBeLessThan(100);
      await use(folder, (litefs) => {
        const db = litefs.open();
        db.prepare('INSERT INTO row (bytes) VALUES (randomblob(300000))').run();
        expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
        // SQLite says of the last one that it is done, before LiteFS finds that it has no room for it.
        expect(db.prepare('SELECT count(*) FROM row').pluck().get()).toBeGreaterThanOrEqual(acknowledged);
        db.close();
      });
    }
  },
  60_000 + SEEDS.length * 60_000,
);
