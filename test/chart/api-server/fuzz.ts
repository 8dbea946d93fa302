import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HELM_ENVIRONMENT, objects, TEMPLATE } from '../helm.ts';
import { violations } from '../invariants.ts';
import type { ApiServer } from './api-server.ts';
import { type Case, caseOf } from './cases.ts';

/** How many cases are on their way at a time. */
const WORKERS = 3;
/** After so many faults there is no need for more. */
const ENOUGH = 20;

/** What became of the cases. */
export interface Outcome {
  readonly accepted: number;
  readonly refused: number;
  /** What should not have happened, with the seed of the case. */
  readonly faults: readonly string[];
}

/** Tries the cases of so many seeds: Helm refuses each by the name of a value, or the API server takes all of its objects. */
export async function fuzz(
  server: ApiServer,
  seed: number,
  count: number,
  namespaces: readonly string[],
): Promise<Outcome> {
  const outcome = { accepted: 0, refused: 0, faults: [] as string[] };
  const folder = mkdtempSync(join(tmpdir(), 'liteset-fuzz-'));
  let next = seed;
  const worker = async () => {
    while (next < seed + count && outcome.faults.length < ENOUGH) {
      if (next % 250 === 0) process.stderr.write(`values tried up to seed ${next}\n`);
      const it = caseOf(next++, namespaces);
      const result = await tried(server, it, folder);
      if (result === 'accepted' || result === 'refused') {
        outcome[result]++;
        continue;
      }
      // At once, too: a long run that is ended before its time must not have seen it in vain.
      const fault = `seed ${it.seed}: ${result}\n  ${it.release} in ${it.namespace}: ${JSON.stringify(it.values)}`;
      process.stderr.write(`${fault}\n`);
      outcome.faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  rmSync(folder, { recursive: true, force: true });
  return outcome;
}

async function tried(server: ApiServer, it: Case, folder: string): Promise<string> {
  const { error, stdout, stderr } = await helm(it, folder);
  if (error) return namesAValue(stderr, it) ? 'refused' : `refused without the name of a value: ${stderr}`;
  try {
    const all = objects(stdout);
    // A volume that nobody mounts would be a mistake of the chart's, but is none of a user's.
    const broken = violations(all).filter((violation) => !violation.endsWith('which nobody mounts'));
    const complaints = [...broken, ...(await server.complaints(it.namespace, all))];
    return complaints.length === 0 ? 'accepted' : complaints.join('\n  ');
  } catch (wrong) {
    return `no YAML: ${wrong}`;
  }
}

/** What Helm says of a case: what it would send, or why it refuses. */
function helm({ seed, release, namespace, values }: Case, folder: string) {
  const file = join(folder, `${seed}.json`);
  writeFileSync(file, JSON.stringify(values));
  const args = [...TEMPLATE, release, '--namespace', namespace, '--values', file];
  const options = { env: HELM_ENVIRONMENT, maxBuffer: 1 << 26 };
  return new Promise<{ error: Error | null; stdout: string; stderr: string }>((done) => {
    execFile(resolve('hack/.bin/helm'), args, options, (error, stdout, stderr) => done({ error, stdout, stderr }));
  });
}

/** Whether a refusal names a value that was set: as a path with dots, or with slashes and its last part apart. */
function namesAValue(refusal: string, { paths }: Case): boolean {
  const said = refusal.replaceAll(/['"]/g, '').replaceAll('/', '.');
  return paths.some((path) => {
    const parts = path.split('.');
    const [parent, key] = [parts.slice(0, -1).join('.'), parts.at(-1)];
    return said.includes(path) || (said.includes(parent) && new RegExp(`\\b${key}\\b`).test(said));
  });
}
