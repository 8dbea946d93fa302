import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ImportRefusal, importDatabase } from '../../liteset/import/import-database.ts';
import { readConfig } from '../config.ts';
import { importRules } from './rules.ts';

const usage = `Replaces the cluster's database by a SQLite file with Chinook's tables.

  kubectl exec -i invoices-0 -c app -- liteset-import < my.db
  liteset-import [--force] [FILE]

A copy of the file is checked first, and the service's own statements are tried out on it. What is no SQLite database, cut
short, corrupt, without Chinook's tables, or what the service cannot work with is refused with the reason; nothing is touched
then, and the exit code is 1. --force takes other tables too; the service then stays unready. What is changed in the copy is
told. Any pod will do: the file goes to the primary. The copy needs three times its size in the folder of temporary files
(TMPDIR, else /tmp).`;

const { values, positionals } = parseArgs({
  options: { force: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});

if (values.help || (positionals.length === 0 && process.stdin.isTTY)) {
  console.log(usage);
} else {
  await run(positionals[0]);
}

async function run(file: string | undefined): Promise<void> {
  try {
    const { databasePath, litefsUrl } = readConfig(process.env);
    if (litefsUrl === undefined) throw new ImportRefusal('LITEFS_URL is not set: there is no cluster to import into.');
    await importDatabase({
      input: file === undefined ? process.stdin : createReadStream(file),
      databasePath,
      litefsUrl,
      rules: importRules(join(import.meta.dirname, '..', 'database', 'migrations'), values.force),
      print: (line) => console.log(line),
    });
  } catch (error) {
    console.error(error instanceof ImportRefusal ? `refused: ${error.message}` : error);
    process.exitCode = 1;
  }
}
