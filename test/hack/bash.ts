import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for the files of a test file. hack/ keeps there what it builds. */
export const folder = mkdtempSync(join(tmpdir(), 'liteset-hack-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command in bash, with `folder` as the cache of hack/. */
export function bash(script: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, LITESET_CACHE: folder, ...environment };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}
