import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import BetterSqlite3 from 'better-sqlite3';
import { Shell } from './shell.ts';

const usage = `Runs SQL on a SQLite file, by the SQLite that the service itself uses. It takes the place of SQLite's own program,
which Debian has in an older version: two versions should not write to one database.

  sqlite3 [-readonly] [-header] [-bail] [-cmd COMMAND]... FILE [SQL|COMMAND]...

Without SQL, statements are read from the standard input. Columns are divided by |. Commands: .backup FILE, .dump, .schema,
.tables, .timeout MS, .quit. -bail: stop at the first error, also without it if SQL is given. Exit code 1 after an error.
References are looked at (PRAGMA foreign_keys is on), and texts stand in single quotes only. On LiteFS a transaction in which
nothing is asked for 10 seconds is undone, and the program ends with 1: replication or the writes of all others wait for it.`;

/** How long a transaction on LiteFS may be open without a statement, in milliseconds. */
const IDLE_MS = 10_000;

/** SQLite's own program takes long options with one dash, too. */
const args = process.argv.slice(2).map((arg) => (/^-[a-z]{2,}$/.test(arg) ? `-${arg}` : arg));
const flag = { type: 'boolean', default: false } as const;
const { values, positionals } = parseArgs({
  args,
  options: {
    ...{ help: flag, version: flag, readonly: flag, header: flag, bail: flag, batch: flag },
    cmd: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
});
const [file = ':memory:', ...given] = positionals;

if (values.help) {
  console.log(usage);
} else {
  const database = new BetterSqlite3(file, { readonly: values.readonly });
  const onLitefs = existsSync(`${file}-pos`);
  const shell = new Shell(database, { onLitefs, header: values.header, print: (line) => console.log(line) });
  try {
    if (values.version)
      console.log(database.prepare("SELECT sqlite_version() || ' ' || sqlite_source_id()").pluck().get());
    else await run(shell);
  } finally {
    database.close();
  }
}

async function run(shell: Shell): Promise<void> {
  for (const text of [...values.cmd, ...given]) if (!(await succeeds(shell, `${text}\n;`, true))) return;
  if (given.length > 0) return;
  const lines = createInterface({ input: process.stdin, terminal: false });
  const prompt = () => process.stdin.isTTY && process.stdout.write(shell.isWaiting ? '   ...> ' : 'sqlite> ');
  let idle: NodeJS.Timeout | undefined;
  prompt();
  for await (const line of lines) {
    clearTimeout(idle);
    if (!(await succeeds(shell, line)) && values.bail) return;
    if (shell.hasQuit) return;
    if (shell.holdsUp) idle = setTimeout(giveUp, IDLE_MS);
    prompt();
  }
  clearTimeout(idle);
  await succeeds(shell, ';', true);
}

function giveUp(): void {
  console.error(
    `Error: the transaction was open for ${IDLE_MS / 1_000} s without a statement, and is undone: other pods wait for it`,
  );
  process.exit(1);
}

/** `isWhole`: no statement goes on after the text. */
async function succeeds(shell: Shell, text: string, isWhole = false): Promise<boolean> {
  try {
    await shell.take(text);
    if (isWhole) shell.end();
    return true;
  } catch (error) {
    console.error(`Error: ${(error as Error).message}`);
    process.exitCode = 1;
    return false;
  }
}
