import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './processes.ts';

/** Where what a bench makes is kept, and what it needs for a while. */
export const cache = join(homedir(), '.cache/liteset/tmp');
const execute = promisify(execFile);

/** A database with so many invoices; it is made once. */
export async function sample(invoices: number): Promise<string> {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `bench-${invoices}.db`);
  if (existsSync(path)) return path;
  const args = ['app/invoices/sample/generate.ts', '--out', `${path}.part`, '--scale', String(invoices)];
  await execute(process.execPath, args, { cwd: root, maxBuffer: 1e8 });
  await execute('mv', [`${path}.part`, path]);
  return path;
}
