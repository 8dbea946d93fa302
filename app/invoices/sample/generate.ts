import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { fill, SEED } from './fill.ts';

const usage = `Makes a SQLite file with sample invoices in Chinook's tables.

  node app/invoices/sample/generate.ts --out FILE [--scale N] [--seed N]

  --out    the file to make; it must not exist
  --scale  how many invoices (default 412; millions are fine)
  --seed   another number gives other data (default ${SEED}); the same gives the same`;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    scale: { type: 'string', default: '412' },
    seed: { type: 'string', default: String(SEED) },
    help: { type: 'boolean', default: false },
  },
});
const invoices = Number(values.scale);
const seed = Number(values.seed);

if (values.help) {
  console.log(usage);
} else if (!values.out || !Number.isInteger(invoices) || invoices < 0 || !Number.isInteger(seed)) {
  console.error(usage);
  process.exitCode = 1;
} else if (existsSync(values.out)) {
  console.error(`${values.out} exists already.`);
  process.exitCode = 1;
} else {
  const database = new Database(values.out);
  migrate(database, join(import.meta.dirname, '..', 'database', 'migrations'));
  fill(database, { invoices, seed, onProgress: (written) => console.error(`${written} of ${invoices} invoices`) });
  database.close();
}
