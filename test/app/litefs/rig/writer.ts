/**
 * A process that writes to a database on LiteFS: `node writer.ts FILE SEED shrink|grow`. `shrink` makes the database larger and
 * smaller again, as the database's auto_vacuum allows; `grow` adds rows and changes them. It prints how many rows it left.
 */
import Database from 'better-sqlite3';
import { seeded } from '../../../../app/invoices/sample/random.ts';
import { TIMEOUTS } from '../../timeouts.ts';

const [file = '', seed = '', kind = ''] = process.argv.slice(2);
const CYCLES = 4;
const TRANSACTIONS = 25;

const random = seeded(Number(seed));
/**
 * SQLite knows no queue for its lock and asks ten times a second: beside a process that takes the lock again as soon as it
 * has given it up, a turn may be as long in coming as that process runs. How long is too long is the test's to say.
 */
const database = new Database(file, { timeout: TIMEOUTS.STORY });
database.pragma(`cache_size = ${random.pick([10, 100, 2_000])}`); // small: pages go into the WAL before the end of a transaction
const writer = Number(seed);

const add = database.prepare('INSERT INTO row (writer, body) VALUES (?, randomblob(?))');
const rows = (count: number, most: number): void => {
  for (let i = 0; i < count; i++) add.run(writer, random.int(10, most));
};
const mine = (condition: string): number =>
  Number(database.prepare(`DELETE FROM row WHERE writer = ? AND ${condition}`).run(writer).changes);
const transaction = (work: () => void): void => database.transaction(work).immediate();

/** Gives pages back. With auto_vacuum=FULL each transaction does so itself. */
function vacuum(): void {
  const mode = database.pragma('auto_vacuum', { simple: true });
  if (mode === 2) database.pragma(`incremental_vacuum(${random.pick([10, 1_000, 0])})`);
  if (mode === 0 || random.chance(0.3)) database.exec('VACUUM');
}

function shrink(): void {
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    transaction(() => rows(random.int(200, 900), 4_000));
    if (random.chance(0.5)) {
      database.exec('BEGIN IMMEDIATE');
      mine('id % 10 <> 0');
      database.exec('ROLLBACK');
    }
    transaction(() => {
      if (random.chance(0.3)) rows(random.int(100, 400), 3_000); // written, and cut off by the same transaction
      mine(`id % ${random.pick([2, 10, 50])} <> 0`);
      rows(random.int(0, 50), 500);
    });
    vacuum();
    if (random.chance(0.3)) database.pragma('wal_checkpoint(TRUNCATE)');
  }
}

function grow(): void {
  for (let i = 0; i < TRANSACTIONS; i++) {
    transaction(() => rows(random.int(1, 5), 1_000));
    if (random.chance(0.2)) transaction(() => mine(`id % ${random.int(2, 5)} = 0`));
  }
}

if (kind === 'shrink') shrink();
else grow();
console.log(database.prepare('SELECT count(*) FROM row WHERE writer = ?').pluck().get(writer));
database.close();
