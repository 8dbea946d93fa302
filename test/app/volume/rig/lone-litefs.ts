import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { freePort } from '../../../lib/free-port.ts';
import { Hopeless, waitFor } from '../../../lib/wait-for.ts';
import { Child } from '../../lease/rig/child-process.ts';

const LITEFS = resolve('hack/.bin/litefs');
const VOLUME = resolve('hack/.bin/liteset-volume');

/** A real LiteFS that is always the primary, without an application, started by liteset-volume as in a pod. */
export class LoneLitefs {
  readonly data: string;
  /** LiteFS's own HTTP server. */
  url = '';
  readonly #directory: string;
  readonly #flags: readonly string[];
  readonly #child = new Child();
  #ports = { http: 0, status: 0 };
  /** How much it had said when it was started last. */
  #saidBefore = 0;

  /** `flags` are more of liteset-volume's. */
  constructor(directory: string, flags: readonly string[] = []) {
    this.#directory = directory;
    this.#flags = flags;
    this.data = join(directory, 'data');
  }

  /** `more` is of its environment. */
  async start(more: Record<string, string> = {}): Promise<void> {
    mkdirSync(this.data, { recursive: true });
    this.#saidBefore = this.output.length;
    const config = join(this.#directory, 'litefs.yml');
    this.#ports = { http: await freePort(), status: await freePort() };
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    writeFileSync(config, this.#config());
    const start = [`-data=${this.data}`, '-pod=pod-0', '-peers=', `-litefs-port=${port}`, ...this.#flags];
    // As the chart sets them for the application, which is not there yet.
    const env = { PORT: String(this.#ports.http), STATUS_PORT: String(this.#ports.status), ...more };
    this.#child.start(VOLUME, ['start', ...start, '--', LITEFS, 'mount', '-config', config], env, true);
  }

  get output(): string {
    return this.#child.output;
  }

  /** Waits until LiteFS has mounted, or it waits for a person. */
  outcome(): Promise<'mounted' | 'waits'> {
    return waitFor('LiteFS, or what it waits for', () => {
      const said = this.output.slice(this.#saidBefore);
      if (said.includes('VolumeWaits')) return 'waits';
      if (/LiteFS mounted to.*connected to cluster, ready/s.test(said)) return 'mounted';
      if (!this.#child.runs) throw new Hopeless('it has ended');
      return undefined;
    }).catch((error: unknown) => {
      throw new Error(`${this.#directory}: ${String(error)}\n${this.output}`);
    });
  }

  /** What a person types in the container of a pod that waits. */
  giveUp(): void {
    execFileSync(VOLUME, ['give-up', `-data=${this.data}`]);
  }

  /** What it says on the application's port, or where probes ask. */
  async says(path: string, port: 'http' | 'status' = 'http'): Promise<{ status: number; body: string }> {
    const answer = await fetch(`http://127.0.0.1:${this.#ports[port]}${path}`);
    return { status: answer.status, body: await answer.text() };
  }

  get database(): string {
    return join(this.#mount, 'test.db');
  }

  open(readonly = false): Database.Database {
    return new Database(this.database, { readonly, fileMustExist: readonly });
  }

  /** Kills it as a container that is killed. The mount goes. */
  async kill(): Promise<void> {
    await this.#child.end('SIGKILL', true);
    try {
      execFileSync('umount', ['--lazy', this.#mount], { stdio: 'ignore' });
    } catch {
      // It is not mounted.
    }
  }

  get #mount(): string {
    return join(this.#directory, 'mount');
  }

  #config(): string {
    return JSON.stringify({
      fuse: { dir: this.#mount },
      data: { dir: this.data },
      http: { addr: new URL(this.url).host },
      lease: { type: 'static', hostname: 'pod-0', 'advertise-url': this.url, candidate: true },
    });
  }
}
