import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How a command of hack/release.sh ended. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs hack/release.sh of a checkout, by default of this one. */
export async function release(args: readonly string[], checkout = '.'): Promise<Outcome> {
  const child = spawn('hack/release.sh', args, { cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'] });
  const [[status], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<[number]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status, stdout, stderr };
}

/** Pushes the chart to a registry without TLS. Returns its name with its digest. @throws Error with what the script said */
export async function pushChart(host: string): Promise<string> {
  const { status, stdout, stderr } = await release(['chart', host, '--plain-http']);
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
