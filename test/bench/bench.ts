/**
 * `npm run bench`: measures the service on each storage, in one run, the rounds interleaved. `--help` says what can be
 * chosen. It writes docs/reference/measurements.md and its chart only with `--write`.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { both, ratios, systemsOf } from './against.ts';
import type { Result, Run } from './generator.ts';
import { type LoadName, loads } from './loads.ts';
import type { Measured } from './measured.ts';
import { root } from './processes.ts';
import { table, writeReport } from './report.ts';
import { cache, sample } from './sample.ts';
import type { System } from './system.ts';
import { DEFAULT, systems } from './systems.ts';

const { values } = parseArgs({
  options: {
    systems: { type: 'string', default: DEFAULT.join() },
    loads: { type: 'string', default: Object.keys(loads).join() },
    clients: { type: 'string', default: '1,16,64,200' },
    invoices: { type: 'string', default: '412' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    against: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  const about = Object.entries(systems).map(([name, system]) => `  ${name.padEnd(10)} ${system.about}`);
  console.log(`npm run bench -- [--systems a,b] [--loads a,b] [--clients 1,64] [--invoices 412,1000000] [--rounds 5] [--seconds 3] [--write]
  [--against CHECKOUT]   measures the systems of another checkout beside these, and prints the ratios
loads: ${Object.keys(loads).join(', ')}\nsystems:\n${about.join('\n')}`);
  process.exit(0);
}
const list = (text: string): string[] => text.split(',').filter(Boolean);
const known = { ...systems, ...(values.against && (await systemsOf(values.against))) };
const execute = promisify(execFile);

async function generate(run: Run): Promise<Result> {
  const { stdout } = await execute(process.execPath, ['test/bench/generator.ts', JSON.stringify(run)], { cwd: root });
  return JSON.parse(stdout) as Result;
}

async function measure(invoices: number): Promise<Measured[]> {
  const database = await sample(invoices);
  const folder = mkdtempSync(join(cache, 'bench-'));
  const running: [string, System][] = [];
  const measured = new Map<string, Measured>();
  try {
    for (const name of list(values.systems).flatMap((one) => (values.against ? both(one) : one))) {
      mkdirSync(join(folder, name));
      const system = await known[name]?.start(join(folder, name), database);
      if (!system) throw new Error(`there is no system ${name}`);
      running.push([name, system]);
    }
    for (let round = 1; round <= Number(values.rounds); round++) {
      for (const load of list(values.loads) as LoadName[]) {
        for (const clients of list(values.clients).map(Number)) {
          for (const [system, { url, host }] of running) {
            const seconds = Number(values.seconds);
            const result = await generate({ url, host, load, clients, seconds, invoices, seed: round });
            const key = [system, load, clients].join();
            const one = measured.get(key) ?? { system, load, clients, invoices, results: [] };
            one.results.push(result);
            measured.set(key, one);
            console.error(`round ${round} ${load} ${clients} ${system}: ${Math.round(result.perSecond)}/s`);
            if (result.firstError) console.error(`  ${result.errors} errors, void: ${result.firstError}`);
          }
          running.push(running.shift() as [string, System]);
        }
      }
    }
  } finally {
    for (const [, system] of running) await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return [...measured.values()];
}

const all: Measured[] = [];
for (const invoices of list(values.invoices).map(Number)) all.push(...(await measure(invoices)));
console.log(table(all));
if (values.against) console.log(ratios(all));
if (values.write) writeReport(all, `npm run bench -- ${process.argv.slice(2).join(' ')}`);
if (all.some(({ results }) => results.some(({ errors }) => errors > 0))) process.exitCode = 1;
