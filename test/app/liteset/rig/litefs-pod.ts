import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Hopeless, waitFor } from '../../../lib/wait-for.ts';

const LITEFS = resolve('hack/.bin/litefs');
/** The service alone may take 12 s when clients hold their connections, and LiteFS 10 s more. */
const STOP_MS = 40_000;

/** How a pod of these tests is started. Both pods share the application's port, each on a loopback address of its own. */
export interface PodOptions {
  directory: string;
  name: string;
  host: string;
  port: number;
  candidate: boolean;
  litefsPort: number;
  /** Where the replicas find the primary's LiteFS. */
  primaryUrl: string;
  primaryHost: string;
  journalMode: string;
  primaryWaitMs: number;
  /** The stand-in for Consul that the lease is kept in. Default: a static lease. */
  consulUrl?: string;
  /** The application that LiteFS starts. Default: the sample application. */
  program?: string;
  /** More of its environment. */
  env?: Record<string, string>;
}

/** What stands for a pod: the real LiteFS with a mount of its own, and the sample application as its child. */
export class LitefsPod {
  readonly url: string;
  readonly #options: PodOptions;
  #litefs: ChildProcess | undefined;
  output = '';

  constructor(options: PodOptions) {
    this.#options = options;
    this.url = `http://${options.host}:${options.port}`;
  }

  /** Starts it and waits until its application answers and is connected to the cluster. */
  async start(): Promise<void> {
    if (!existsSync(LITEFS)) throw new Error(`${LITEFS} is missing: hack/test.sh builds it`);
    const { directory, name, host, port, litefsPort, journalMode, primaryWaitMs } = this.#options;
    mkdirSync(join(directory, name), { recursive: true });
    const config = join(directory, name, 'litefs.yml');
    writeFileSync(config, this.#config());
    const { program = resolve('test/app/liteset/rig/sample-app.ts') } = this.#options;
    this.#litefs = spawn(LITEFS, ['mount', '-config', config, '--', process.execPath, program], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DATABASE: this.database,
        POD: name,
        HOST: host,
        PORT: String(port),
        LITEFS_URL: `http://127.0.0.1:${litefsPort}`,
        JOURNAL_MODE: journalMode,
        PRIMARY_WAIT_MS: String(primaryWaitMs),
        READ_WAIT_MS: '300',
        LTX: join(directory, name, 'data', 'dbs', 'app.db', 'ltx'),
        ...this.#options.env,
      },
    });
    for (const stream of [this.#litefs.stdout, this.#litefs.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    await waitFor(`${name} to be connected`, async () => {
      if (this.#litefs?.exitCode !== null) throw new Hopeless(`${name} ended:\n${this.output}`);
      const answer = await fetch(`${this.url}/liteset/status`);
      return ((await answer.json()) as { connected: boolean }).connected;
    });
  }

  /** Kills LiteFS and the application at once, as when a node dies. The data stay, the mount goes. */
  async kill(): Promise<void> {
    const litefs = this.#litefs;
    if (!litefs?.pid) return;
    const ended = once(litefs, 'exit');
    // LiteFS first: it would take an application that is gone for its own end, and give up the lease.
    const children = childrenOf(litefs.pid);
    litefs.kill('SIGKILL');
    for (const child of children) process.kill(child, 'SIGKILL');
    await ended;
    this.#unmount();
  }

  /** Ends it as Kubernetes would; whatever happens, no mount stays. Returns LiteFS's exit code, if it was running. */
  async stop(): Promise<number | null | undefined> {
    const litefs = this.#litefs;
    let code: number | null | undefined;
    if (litefs && litefs.exitCode === null && litefs.signalCode === null) {
      const ended = once(litefs, 'exit');
      litefs.kill('SIGTERM');
      const killing = setTimeout(() => litefs.kill('SIGKILL'), STOP_MS);
      [code] = await ended;
      clearTimeout(killing);
    }
    this.#unmount();
    return code;
  }

  #unmount(): void {
    try {
      execFileSync('umount', ['--lazy', this.#mount], { stdio: 'ignore' });
    } catch {
      // LiteFS has unmounted it itself.
    }
  }

  /** The path of its database. */
  get database(): string {
    return join(this.#mount, 'app.db');
  }

  get #mount(): string {
    return join(this.#options.directory, this.#options.name, 'mount');
  }

  #config(): string {
    const { directory, name, litefsPort, candidate } = this.#options;
    return JSON.stringify({
      fuse: { dir: this.#mount },
      data: { dir: join(directory, name, 'data') },
      http: { addr: `127.0.0.1:${litefsPort}` },
      lease: { candidate, ...this.#lease() },
    });
  }

  #lease(): Record<string, unknown> {
    const { host, litefsPort, primaryHost, primaryUrl, consulUrl } = this.#options;
    if (consulUrl === undefined) return { type: 'static', hostname: primaryHost, 'advertise-url': primaryUrl };
    const consul = { url: consulUrl, key: 'liteset', ttl: '3s', 'lock-delay': '1ms' };
    const self = { hostname: host, 'advertise-url': primaryUrl || `http://127.0.0.1:${litefsPort}` };
    return { type: 'consul', ...self, consul, 'reconnect-delay': '100ms' };
  }
}

/** The children of a process, by whichever of its threads they were started. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  });
}
