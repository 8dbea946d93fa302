import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { type Timeout, timeout } from './timeouts.ts';

/** What a program printed and with which code it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  /** What it reads from its standard input. Default: nothing. */
  input?: string | Buffer;
  /** How long it may take. Default: `COMMAND`. */
  limit?: Timeout;
  /** The folder it is run in. Default: this repository. */
  folder?: string;
  /** More environment variables. */
  env?: Readonly<Record<string, string>>;
}

const env = { ...process.env, PATH: `${resolve('hack/.bin')}:${process.env['PATH']}` };

/** Runs a program, with hack/.bin first in its path, and tells how it ended. It is killed when its time is over. */
export function attempt(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((settle, reject) => {
    const child = spawn(program, args, {
      env: { ...env, ...options.env },
      cwd: options.folder,
      timeout: timeout(options.limit ?? 'COMMAND'),
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject).once('close', (code) => settle({ code, stdout, stderr }));
    // A program that ends without reading all is judged by its code.
    child.stdin.on('error', () => {}).end(options.input);
  });
}

/** Runs a program and returns what it printed. @throws Error with its complaint when it fails */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(program, args, options);
  if (code !== 0) {
    const how = code === null ? `was killed (limit ${options.limit ?? 'COMMAND'})` : `ended with ${code}`;
    throw new Error(`${program} ${args.join(' ')} ${how}:\n${stderr}${stdout}`);
  }
  return stdout;
}
