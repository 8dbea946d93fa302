import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Hopeless, waitFor } from '../lib/wait-for.ts';

export const root = resolve(import.meta.dirname, '..', '..');
const START_MS = 60_000;
const STOP_MS = 15_000;

/** A program that goes on; what it says goes to a file. */
export class Program {
  readonly #child: ChildProcess;
  readonly #log: string;

  constructor(log: string, command: string, args: string[], env: Record<string, string> = {}) {
    this.#log = log;
    const to = openSync(log, 'a');
    this.#child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', to, to] });
  }

  /** Waits until a URL answers with 200. */
  async answers(url: string): Promise<void> {
    await this.until(async () => (await fetch(url)).ok);
  }

  /** Waits until a check holds; one that throws does not. */
  async until(check: () => Promise<boolean>): Promise<void> {
    const attempt = async () => {
      if (this.#child.exitCode !== null) throw new Hopeless(readFileSync(this.#log, 'utf8').slice(-3_000));
      return check();
    };
    await waitFor('a program to start', attempt, START_MS, 100);
  }

  /** Ends it, by the signal or by force. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(force);
  }
}
