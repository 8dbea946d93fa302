import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that a test starts, holds up and ends, again and again. What it says is kept. */
export class Child {
  #process: ChildProcess | undefined;
  output = '';

  /** Starts it. With `group` it and its children are a process group of their own, which signals go to. */
  start(program: string, args: readonly string[], env: Record<string, string>, group: boolean): void {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: group,
      env: { ...process.env, ...env },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    this.#process = child;
  }

  /** Whether it has been started, and has not ended yet. */
  get runs(): boolean {
    const child = this.#process;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  signal(signal: NodeJS.Signals, group = false): void {
    const child = this.#process;
    if (child?.pid === undefined || !this.runs) return;
    if (group) process.kill(-child.pid, signal);
    else child.kill(signal);
  }

  /** Sends a signal that ends it, and returns when it has ended. */
  async end(signal: NodeJS.Signals, group = false): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.runs) return;
    const ended = once(child, 'exit');
    this.signal(signal, group);
    await ended;
  }
}
