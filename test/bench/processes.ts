import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const root = resolve(import.meta.dirname, '..', '..');
const START_MS = 60_000;
const STOP_MS = 15_000;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

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
    for (const end = performance.now() + START_MS; performance.now() < end; await delay(100)) {
      if (this.#child.exitCode !== null) break;
      if (await check().catch(() => false)) return;
    }
    throw new Error(`It did not start:\n${readFileSync(this.#log, 'utf8').slice(-3_000)}`);
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
