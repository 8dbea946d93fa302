import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import { ttlMs } from '../../../app/lease/timing.ts';
import { PausableLink } from '../liteset/pausable-link.ts';
import type { KubeApi } from './kube-api.ts';

/** The same on all pods, as in Kubernetes, below those that the kernel gives away, and others for each run of the tests. */
const BASE = 20_000 + 5 * (process.pid % 2_000);
const PORTS = { app: BASE, litefs: BASE + 1, consul: BASE + 2, status: BASE + 3, link: BASE + 4 };

/** What the pods of a test share. */
export interface Cluster {
  readonly directory: string;
  readonly api: KubeApi;
  readonly leaseSeconds: number;
  readonly graceSeconds: number;
  readonly pods: number;
}

/** A pod: a real LiteFS with an application, and the sidecar beside it, on a loopback address of their own. */
export class LeasePod {
  readonly name: string;
  readonly host: string;
  readonly #cluster: Cluster;
  readonly #link: PausableLink;
  #linkPort = 0;
  #litefs: ChildProcess | undefined;
  #sidecar: ChildProcess | undefined;
  uid: string;
  output = '';
  log = '';

  constructor(cluster: Cluster, index: number) {
    this.#cluster = cluster;
    this.name = `pod-${index}`;
    this.uid = `uid-${index}`;
    this.host = `127.0.0.${index + 2}`;
    this.#link = new PausableLink(cluster.api.port);
  }

  /** The pod's way to the API server. While it is paused, nothing arrives and nothing is refused: packets are dropped. */
  get link(): PausableLink {
    return this.#link;
  }

  async start(): Promise<void> {
    this.#linkPort = await this.#link.listen();
    this.startSidecar();
    this.startLitefs();
  }

  startSidecar(): void {
    const { api, leaseSeconds, graceSeconds, pods } = this.#cluster;
    const peers = Array.from({ length: pods }, (_, index) => `127.0.0.${index + 2}`);
    this.#sidecar = spawn(process.execPath, [resolve('app/lease/server.ts')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        POD_NAME: this.name,
        POD_UID: this.uid,
        POD_NAMESPACE: 'default',
        POD_IPS: this.host,
        PEERS: peers.join(','),
        LEASE_NAME: 'liteset',
        LEASE_SECONDS: String(leaseSeconds),
        LEASE_GRACE_SECONDS: String(graceSeconds),
        LITEFS_URL: `http://${this.host}:${PORTS.litefs}`,
        CONSUL_HOST: this.host,
        CONSUL_PORT: String(PORTS.consul),
        LINK_PORT: String(PORTS.link),
        STATUS_HOST: this.host,
        STATUS_PORT: String(PORTS.status),
        KUBERNETES_API_URL: `https://127.0.0.1:${this.#linkPort}`,
        KUBERNETES_CREDENTIALS: api.credentials,
      },
    });
    for (const stream of [this.#sidecar.stdout, this.#sidecar.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.log += text;
      });
  }

  startLitefs(): void {
    const directory = join(this.#cluster.directory, this.name);
    mkdirSync(directory, { recursive: true });
    const config = join(directory, 'litefs.yml');
    writeFileSync(config, this.#config());
    const app = [process.execPath, resolve('test/app/lease/writer.ts')];
    // A process group of its own: a container that is killed takes the application along.
    this.#litefs = spawn(resolve('hack/.bin/litefs'), ['mount', '-config', config, '--', ...app], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, DATABASE: join(this.#mount, 'test.db'), HOST: this.host, PORT: String(PORTS.app) },
    });
    for (const stream of [this.#litefs.stdout, this.#litefs.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
  }

  /** Writes a row; false if this pod does not take it. */
  async write(id: string): Promise<boolean> {
    const url = `http://${this.host}:${PORTS.app}/`;
    const answer = await fetch(url, { method: 'POST', body: id, signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    return answer?.status === 201;
  }

  async rows(): Promise<string[]> {
    return (await (await fetch(`http://${this.host}:${PORTS.app}/`)).json()) as string[];
  }

  /** Whether its LiteFS says that it is primary; false if it does not answer. */
  async isPrimary(): Promise<boolean> {
    return (await this.#info())?.isPrimary ?? false;
  }

  async follows(): Promise<string | undefined> {
    return (await this.#info())?.primary?.hostname;
  }

  /** `POST /promote`: LiteFS takes the lease over from the primary that it follows. */
  async promote(): Promise<boolean> {
    const url = `http://${this.host}:${PORTS.litefs}/promote`;
    return (await fetch(url, { method: 'POST', signal: AbortSignal.timeout(10_000) })).ok;
  }

  /** Follows the sidecar's fence: calls the listener with each end that it tells, until the signal. */
  followFence(listener: (until: number) => void, signal: AbortSignal): void {
    get(`http://${this.host}:${PORTS.consul}/fence`, { signal }, (answer) => {
      answer.setEncoding('utf8').on('error', () => {});
      answer.on('data', (lines: string) => {
        for (const line of lines.trim().split('\n')) listener((JSON.parse(line) as { until: number }).until);
      });
    }).on('error', () => {});
  }

  async status(path: string): Promise<string> {
    return (await fetch(`http://${this.host}:${PORTS.status}${path}`)).text();
  }

  killLitefs(): Promise<void> {
    return end(this.#litefs, 'SIGKILL', true);
  }

  stopLitefs(): Promise<void> {
    return end(this.#litefs, 'SIGTERM', false);
  }

  killSidecar(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    return end(this.#sidecar, signal, false);
  }

  /** Holds processes of the pod up (SIGSTOP), or lets them go on. */
  hold(what: 'sidecar' | 'litefs' | 'both', signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (what !== 'litefs') this.#sidecar?.kill(signal);
    if (what !== 'sidecar' && this.#litefs?.pid !== undefined) process.kill(-this.#litefs.pid, signal);
  }

  async stop(): Promise<void> {
    await this.killLitefs();
    await this.killSidecar();
    this.#link.close();
    this.unmount();
  }

  /** Makes its volume one with the data and nothing else, as a restored backup is. */
  forgetCluster(): void {
    this.unmount();
    rmSync(join(this.#cluster.directory, this.name, 'data', 'clusterid'));
  }

  /** Gives it an empty volume. */
  wipe(): void {
    this.unmount();
    rmSync(join(this.#cluster.directory, this.name, 'data'), { recursive: true });
  }

  unmount(): void {
    try {
      execFileSync('umount', ['--lazy', this.#mount], { stdio: 'ignore' });
    } catch {
      // It is not mounted.
    }
  }

  async #info(): Promise<{ isPrimary: boolean; primary?: { hostname?: string } } | undefined> {
    const answer = await fetch(`http://${this.host}:${PORTS.litefs}/info`, { signal: AbortSignal.timeout(500) }).catch(
      () => undefined,
    );
    return answer?.ok ? ((await answer.json()) as { isPrimary: boolean }) : undefined;
  }

  get #mount(): string {
    return join(this.#cluster.directory, this.name, 'mount');
  }

  #config(): string {
    return JSON.stringify({
      fuse: { dir: this.#mount },
      data: { dir: join(this.#cluster.directory, this.name, 'data') },
      http: { addr: `${this.host}:${PORTS.litefs}` },
      lease: {
        type: 'consul',
        hostname: this.name,
        'advertise-url': `http://${this.host}:${PORTS.litefs}`,
        'reconnect-delay': '500ms',
        candidate: true,
        consul: {
          url: `http://${this.host}:${PORTS.consul}`,
          key: 'liteset',
          ttl: `${ttlMs(this.#cluster.leaseSeconds)}ms`,
        },
      },
    });
  }
}

async function end(process_: ChildProcess | undefined, signal: NodeJS.Signals, group: boolean): Promise<void> {
  if (process_?.pid === undefined || process_.exitCode !== null || process_.signalCode !== null) return;
  const ended = once(process_, 'exit');
  if (group) process.kill(-process_.pid, signal);
  else process_.kill(signal);
  await ended;
}
