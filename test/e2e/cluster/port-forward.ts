import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { timeout } from './timeouts.ts';

/** A `kubectl port-forward` that runs. */
export interface Forward {
  /** Where it listens, such as `http://127.0.0.1:40123`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a port-forward by its whole command, as documents give it, and returns when it listens. */
export async function forwardByCommand(command: readonly string[]): Promise<Forward> {
  const [program = '', ...args] = command;
  const path = `${resolve('hack/.bin')}:${process.env['PATH']}`;
  const child = spawn(program, args, { env: { ...process.env, PATH: path }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((settle) => child.once('close', () => settle()));
  const close = async () => {
    child.kill();
    await ended;
  };
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const listens = new Promise<string>((settle, reject) => {
    child.once('error', reject);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const [, port] = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(text) ?? [];
      if (port) settle(`http://127.0.0.1:${port}`);
    });
    void ended.then(() => reject(new Error(`${command.join(' ')} ended: ${complaint}`)));
    AbortSignal.timeout(timeout('PORT_FORWARD')).addEventListener('abort', () => {
      reject(new Error(`${command.join(' ')} did not listen: ${complaint}`));
    });
  });
  try {
    return { url: await listens, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens a free port of this machine that leads to a pod's port, 8080 unless another one is named. */
export const forward = (context: string, namespace: string, pod: string, port = 8080): Promise<Forward> =>
  forwardByCommand(['kubectl', '--context', context, '-n', namespace, 'port-forward', `pod/${pod}`, `:${port}`]);
