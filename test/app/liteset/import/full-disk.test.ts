import { copyFileSync, createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type ImportRules, importDatabase } from '../../../../app/liteset/import/import-database.ts';
import { normalise } from '../../../../app/liteset/import/normalise.ts';
import { receive } from '../../../../app/liteset/import/receive.ts';
import { ImportRefusal, onCopy } from '../../../../app/liteset/import/refusal.ts';
import { smallDisk } from '../../../lib/small-disk.ts';
import { LoneLitefs } from '../../volume/rig/lone-litefs.ts';

const work = mkdtempSync(join(tmpdir(), 'liteset-import-'));
const file = join(work, 'file.db');
beforeAll(() => {
  const db = new Database(file);
  db.pragma('page_size = 8192'); // it has to be rebuilt
  db.exec('CREATE TABLE row (bytes BLOB)');
  db.prepare('INSERT INTO row VALUES (randomblob(600000))').run();
  db.close();
});
afterAll(() => rmSync(work, { recursive: true }));

/** Does something on a disk of so many KiB, and returns the refusal that it ends in. */
async function refusalOn(kibibytes: number, step: (folder: string) => unknown): Promise<string> {
  const disk = smallDisk(kibibytes);
  try {
    await step(disk.folder);
  } catch (error) {
    expect(error).toBeInstanceOf(ImportRefusal);
    return (error as Error).message;
  } finally {
    disk.remove();
  }
  throw new Error('nothing was refused');
}

test('a disk that somebody else fills while the file arrives', async () => {
  const message = await refusalOn(500, (folder) => receive(createReadStream(file), join(folder, 'copy.db'), 1e9));
  expect(message).toMatch(
    /^The file cannot be stored: ENOSPC.* Free some, or set TMPDIR to a folder on a larger volume\.$/,
  );
});

test('a disk that is full when the copy is rebuilt', async () => {
  const message = await refusalOn(900, (folder) => {
    copyFileSync(file, join(folder, 'copy.db'));
    onCopy('The database cannot be rebuilt', () => normalise(join(folder, 'copy.db'), join(folder, 'none')));
  });
  expect(message).toMatch(/^The database cannot be rebuilt: database or disk is full\. .* Free some, or set TMPDIR/);
});

test("the primary's disk is full when it stores the file: nothing has changed, and the person is told where", async () => {
  const litefs = new LoneLitefs(join(work, 'litefs'));
  const rules: ImportRules = { refusalReason: () => undefined, prepare: () => {}, hasArrived: () => false };
  const message = await refusalOn(400, async (TMPDIR) => {
    await litefs.start({ TMPDIR });
    try {
      await litefs.outcome();
      const db = litefs.open();
      db.exec('CREATE TABLE present (id INTEGER)');
      const to = { databasePath: litefs.database, litefsUrl: litefs.url };
      await importDatabase({ input: createReadStream(file), ...to, rules, print: () => {} }).finally(() => {
        expect(db.prepare('SELECT count(*) FROM present').pluck().get()).toBe(0);
        db.close();
      });
    } finally {
      await litefs.kill();
    }
  });
  expect(message).toMatch(/Free some on the primary: on its volume, and in LiteFS's folder of temporary files/);
});
