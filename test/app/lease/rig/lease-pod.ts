import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { PausableLink } from '../../liteset/rig/pausable-link.ts';
import { Child } from './child-process.ts';
import {
  dataOf,
  hasSidecar,
  hostOf,
  litefsConfig,
  mountOf,
  PORTS,
  type Shared,
  sidecarEnv,
} from './lease-pod-config.ts';

const LITEFS = resolve('hack/.bin/litefs');
const VOLUME = resolve('hack/.bin/liteset-volume');

/** A pod: a real LiteFS with an application, and the sidecar beside it, on a loopback address of their own. */
export class LeasePod {
  readonly name: string;
  readonly uid: string;
  readonly host: string;
  /** The pod's way to the API server. While it is paused, nothing arrives and nothing is refused: packets are dropped. */
  readonly link: PausableLink;
  readonly litefs = new Child();
  readonly sidecar = new Child();
  readonly #shared: Shared;
  #linkPort = 0;

  constructor(shared: Shared, index: number) {
    this.#shared = shared;
    this.name = `pod-${index}`;
    this.uid = `uid-${index}`;
    this.host = hostOf(index);
    this.link = new PausableLink(shared.api.port);
  }

  async start(): Promise<void> {
    this.#linkPort = await this.link.listen();
    this.startSidecar();
    this.startLitefs();
  }

  startSidecar(): void {
    if (!hasSidecar(this.#shared)) return;
    const env = sidecarEnv(this.#shared, this.name, this.uid, this.host, this.#linkPort);
    this.sidecar.start(process.execPath, [resolve('app/lease/server.ts')], env, false);
  }

  startLitefs(): void {
    const directory = join(this.#shared.directory, this.name);
    mkdirSync(directory, { recursive: true });
    const config = join(directory, 'litefs.yml');
    writeFileSync(config, litefsConfig(this.#shared, this.name, this.host));
    const app = [process.execPath, resolve('test/app/lease/rig/writer.ts')];
    const others = this.#hosts().filter((host) => host !== this.host);
    const env = {
      ...{ DATABASE: join(this.#mount, 'test.db'), HOST: this.host, PORT: String(PORTS.app) },
      CLUSTER_PORT: String(PORTS.cluster),
      OTHERS: others.map((host) => `http://${host}:${PORTS.litefs}`).join(),
    };
    // A process group of its own: a container that is killed takes the application along.
    this.litefs.start(VOLUME, [...this.#start(), LITEFS, 'mount', '-config', config, '--', ...app], env, true);
  }

  /** As in the chart: what looks at the volume first becomes LiteFS. */
  #start(): string[] {
    const { host, name } = this;
    const [peers, app] = [this.#hosts(), PORTS.app];
    const sidecar = hasSidecar(this.#shared) ? `http://${host}:${PORTS.consul}` : '';
    const scrub = { 'scrub-rate': this.#shared.scrubRate ?? 0, 'scrub-pause': '0s' };
    const own = {
      data: this.data,
      pod: name,
      host,
      peers,
      'litefs-port': PORTS.litefs,
      http: `${host}:${app}`,
      sidecar,
    };
    const flags = { ...own, ...scrub };
    return ['start', ...Object.entries(flags).map(([flag, value]) => `-${flag}=${value}`), '--'];
  }

  #hosts(): string[] {
    return Array.from({ length: this.#shared.pods }, (_, index) => hostOf(index));
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

  /** Makes a database of any name, as a person with a shell can. */
  makeDatabase(name: string): void {
    const database = new Database(join(this.#mount, name));
    database.exec('CREATE TABLE row (id TEXT)');
    database.close();
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

  /** Kills LiteFS and the application at once, as a container that is killed. The mount goes. */
  async killLitefs(): Promise<void> {
    await this.litefs.end('SIGKILL', true);
    this.#unmount();
  }

  stopLitefs(): Promise<void> {
    return this.litefs.end('SIGTERM');
  }

  /** Holds both processes of the pod up (SIGSTOP), or lets them go on. */
  hold(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.sidecar.signal(signal);
    this.litefs.signal(signal, true);
  }

  async stop(): Promise<void> {
    await this.killLitefs();
    await this.sidecar.end('SIGKILL');
    this.link.close();
  }

  /** Makes its volume one with the data and nothing else, as a restored backup is. */
  forgetCluster(): void {
    rmSync(join(this.data, 'clusterid'));
  }

  /** Gives it an empty volume. */
  wipe(): void {
    rmSync(this.data, { recursive: true });
  }

  #unmount(): void {
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

  /** LiteFS's data folder. */
  get data(): string {
    return dataOf(this.#shared, this.name);
  }

  get #mount(): string {
    return mountOf(this.#shared, this.name);
  }
}
