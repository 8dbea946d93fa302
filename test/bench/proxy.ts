/**
 * `npm run bench:proxy`: requests a second of an application that knows nothing of Liteset, through the proxy of its pod and without, in
 * turns, and the share that the proxy leaves of them. `--clients`, `--rounds` and `--seconds` are as in `npm run bench`. Prints tables in
 * Markdown. One pod on LiteFS; what a replica adds is not measured here.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { LitefsPod } from '../app/liteset/rig/litefs-pod.ts';
import { freePort } from '../lib/free-port.ts';
import { waitFor } from '../lib/wait-for.ts';
import type { Result, Run } from './generator.ts';
import type { Call } from './loads.ts';
import { type Measured, median } from './measured.ts';
import { root } from './processes.ts';
import { row, table } from './report.ts';
import { cache } from './sample.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1,64' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
  },
});
const execute = promisify(execFile);

/** Requests of more and more work for the application: none, a page of its database, a transaction. */
const CALLS: Record<string, Call> = {
  nothing: { method: 'GET', path: '/' },
  page: { method: 'GET', path: '/page' },
  write: { method: 'POST', path: '/rows', body: 'x'.repeat(100) },
};
/** What both ways show: the page is as long as it gets. */
const ROWS = 50;

async function generate(run: Run): Promise<Result> {
  const { stdout } = await execute(process.execPath, ['test/bench/generator.ts', JSON.stringify(run)], { cwd: root });
  return JSON.parse(stdout) as Result;
}

async function startPod(directory: string): Promise<{ pod: LitefsPod; ways: Record<string, string> }> {
  const [port, litefsPort, appPort] = [await freePort('127.0.0.2'), await freePort(), await freePort()];
  const pod = new LitefsPod({
    ...{ directory, name: 'pod-0', host: '127.0.0.2', primaryHost: '127.0.0.2', port, litefsPort, candidate: true },
    ...{ primaryUrl: `http://127.0.0.1:${litefsPort}`, journalMode: 'wal', primaryWaitMs: 30_000 },
    ...{ program: resolve('test/app/proxy/rig/pod.ts'), env: { APP_PORTS: String(appPort), LOG_LEVEL: 'warn' } },
  });
  await pod.start();
  await waitFor('the application', async () => (await fetch(pod.url)).ok);
  for (let i = 0; i < ROWS; i++) await fetch(`${pod.url}/rows`, { method: 'POST', body: 'a row' });
  return { pod, ways: { directly: `http://127.0.0.1:${appPort}`, 'through the proxy': pod.url } };
}

async function measure(ways: Record<string, string>): Promise<Measured[]> {
  const measured = new Map<string, Measured>();
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [load, call] of Object.entries(CALLS)) {
      for (const clients of values.clients.split(',').map(Number)) {
        // In turns, and each second time the other way round: neither always comes after the other.
        const turns = round % 2 === 0 ? Object.entries(ways) : Object.entries(ways).reverse();
        for (const [system, url] of turns) {
          const seconds = Number(values.seconds);
          const result = await generate({ url, load: 'uniform', call, clients, seconds, invoices: 0, seed: round });
          const key = [system, load, clients].join();
          const one = measured.get(key) ?? { system, load, clients, invoices: 0, results: [] };
          one.results.push(result);
          measured.set(key, one);
          if (result.firstError) console.error(`${key}: ${result.errors} errors, void: ${result.firstError}`);
        }
      }
    }
  }
  return [...measured.values()];
}

/** What share of the requests a second is left, and how much later the middle one is answered. */
function shares(measured: readonly Measured[]): void {
  row(['load', 'clients', 'share', 'more at p50, ms']);
  row(['---', '---', '---', '---']);
  for (const { load, clients, results } of measured.filter(({ system }) => system === 'directly')) {
    const through = measured.find((one) => one.system !== 'directly' && one.load === load && one.clients === clients);
    if (!through) continue;
    const of = (key: 'perSecond' | 'p50', all: readonly Result[]) => median(all.map((result) => result[key]));
    const share = of('perSecond', through.results) / of('perSecond', results);
    row([load, clients, share.toFixed(2), (of('p50', through.results) - of('p50', results)).toFixed(2)]);
  }
}

mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'proxy-'));
const { pod, ways } = await startPod(folder);
try {
  const measured = await measure(ways);
  console.log(table(measured));
  console.log();
  shares(measured);
  if (measured.some(({ results }) => results.some(({ errors }) => errors > 0))) process.exitCode = 1;
} finally {
  await pod.stop();
  rmSync(folder, { recursive: true, force: true });
}
