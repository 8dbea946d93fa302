/**
 * How far the backup is behind the database (RPO), and what the stream costs: runs the measurements of `app/backup` on a
 * real LiteFS with a real S3 server, and prints their results. `npm run bench:rpo [-- <span>]`; the span, 60s if none is
 * given, is how long the stream is watched at rest and under load, each for two settings. `hack/test.sh unit` builds the tools.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const span = process.argv[2] ?? '60s';
const root = join(import.meta.dirname, '..', '..');
const tests = 'TestTheStoreHasACommitWithinTwoSeconds|TestCostOfTheActiveStream';

const go = spawn('go', ['test', '-trimpath', '-v', '-count=1', '-timeout=60m', '-run', tests, '.'], {
  cwd: join(root, 'app', 'backup'),
  // Litestream and LiteFS as hack/ builds them; a missing one is an error, not a skipped measurement.
  env: { ...process.env, CGO_ENABLED: '0', LITESET_BENCH: span, LITESET_TOOLS: '1' },
  stdio: ['ignore', 'pipe', 'inherit'],
});

const kept: string[] = [];
for await (const line of createInterface(go.stdout)) {
  kept.push(line);
  const [, measured] = line.match(/\.go:\d+: ((?:RPO|COST).*)/) ?? [];
  if (measured) console.log(measured);
}
const code =
  go.exitCode ?? (await new Promise<number>((resolve) => go.once('close', (status) => resolve(status ?? 1))));
if (code !== 0) console.error(kept.join('\n'));
process.exitCode = code;
