import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ImportRefusal } from '../liteset/import/check.ts';
import { importDatabase } from '../liteset/import/import-database.ts';
import { readConfig } from './config.ts';
import { importRules } from './database/import-rules.ts';

const usage = `Replaces the cluster's database by a SQLite file with Chinook's tables.

  kubectl exec -i invoices-0 -c app -- liteset-import < my.db
  liteset-import [--force] [FILE]

The file is checked first. One that is no SQLite database, cut short, corrupt, or without Chinook's tables is refused
with the reason; nothing is touched then, and the exit code is 1. --force takes other tables too; the service then
stays unready. Any pod will do: the file goes to the primary.`;

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
      rules: importRules(join(import.meta.dirname, 'database', 'migrations'), values.force),
      print: (line) => console.log(line),
    });
  } catch (error) {
    console.error(error instanceof ImportRefusal ? `refused: ${error.message}` : error);
    process.exitCode = 1;
  }
}
