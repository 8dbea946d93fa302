import { tryKubectl } from '../cluster/kubectl.ts';
import { exec, primary } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import type { Outcome } from '../cluster/run.ts';

/** Runs the documented import command with the bytes of a file, and tells how it ended. */
export const tryImport = ({ namespace }: Release, pod: string, bytes: Buffer): Promise<Outcome> =>
  tryKubectl(['-n', namespace, 'exec', '-i', pod, '-c', 'app', '--', 'liteset-import'], {
    input: bytes,
    limit: 'IMPORT',
  });

/** Imports the bytes of a file and returns what the command says. @throws Error with its complaint */
export async function importInto(release: Release, pod: string, bytes: Buffer): Promise<string> {
  const { code, stdout, stderr } = await tryImport(release, pod, bytes);
  if (code !== 0) throw new Error(`liteset-import on ${pod} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}

/** The database as a file, as SQLite's own backup makes it. */
export async function backUp(release: Release): Promise<Buffer> {
  const pod = await primary(release);
  const file = '/tmp/e2e-backup.db';
  await exec(release, pod, ['sqlite3', '/litefs/invoices.db', `.backup ${file}`]);
  const text = await exec(release, pod, ['base64', file]);
  await exec(release, pod, ['rm', file]);
  return Buffer.from(text, 'base64');
}
