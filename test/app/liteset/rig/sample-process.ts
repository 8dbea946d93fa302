import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Hopeless, waitFor } from '../../../lib/wait-for.ts';

/** The sample application as a process of its own, on whatever LiteFS it is told. */
export class SampleProcess {
  readonly url: string;
  readonly #env: Record<string, string>;
  #process: ChildProcess | undefined;
  output = '';

  constructor(env: Record<'DATABASE' | 'HOST' | 'PORT' | 'LITEFS_URL' | 'PRIMARY_WAIT_MS' | 'READ_WAIT_MS', string>) {
    this.url = `http://${env.HOST}:${env.PORT}`;
    this.#env = { POD: 'pod-1', JOURNAL_MODE: 'wal', ...env };
  }

  async start(): Promise<void> {
    const sample = spawn(process.execPath, [resolve('test/app/liteset/rig/sample-app.ts')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.#env },
    });
    for (const stream of [sample.stdout, sample.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.#process = sample;
    await waitFor('the sample application', async () => {
      if (sample.exitCode !== null) throw new Hopeless(`the sample ended:\n${this.output}`);
      return (await fetch(`${this.url}/liteset/status`)).ok;
    });
  }

  async stop(): Promise<void> {
    if (!this.#process || this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
