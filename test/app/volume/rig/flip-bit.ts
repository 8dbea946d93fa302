import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** In the sixth page: one of the first rows, which the last transactions do not touch. */
const OFFSET = 5 * 4_096 + 3_000;

/** Flips a bit of a database in LiteFS's data folder, where LiteFS does not see it. */
export function flipBit(data: string): void {
  const file = openSync(join(data, 'dbs/test.db/database'), 'r+');
  const byte = Buffer.alloc(1);
  if (readSync(file, byte, 0, 1, OFFSET) !== 1) throw new Error('the database is too small');
  byte[0] = (byte[0] ?? 0) ^ 4;
  writeSync(file, byte, 0, 1, OFFSET);
  closeSync(file);
}
