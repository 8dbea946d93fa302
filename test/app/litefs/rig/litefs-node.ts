import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../../../lib/free-port.ts';
import { Hopeless, waitFor } from '../../../lib/wait-for.ts';
import { Child } from '../../lease/rig/child-process.ts';

/** How a node starts. */
interface NodeOptions {
  /** The primary that it follows. Default: it is the primary itself */
  readonly primaryUrl?: string | undefined;
  /** The Consul that says who is the primary. Default: that does not change */
  readonly consul?: { readonly url: string; readonly key: string; readonly ttl: string };
  /** Variables of its environment. */
  readonly env?: Record<string, string>;
}

/** A real LiteFS with a mount and nothing else: tests open its databases themselves. */
export class LitefsNode {
  readonly url: string;
  readonly mount: string;
  readonly data: string;
  readonly litefs = new Child();
  readonly #config: string;
  readonly #env: Record<string, string>;

  private constructor(folder: string, port: number, { primaryUrl, consul, env = {} }: NodeOptions) {
    this.#env = env;
    this.url = `http://127.0.0.1:${port}`;
    this.mount = join(folder, 'mount');
    this.data = join(folder, 'data');
    this.#config = join(folder, 'litefs.yml');
    mkdirSync(this.mount, { recursive: true });
    const type = consul === undefined ? 'static' : 'consul';
    const lease = { type, hostname: 'primary', 'advertise-url': primaryUrl ?? this.url, consul };
    writeFileSync(
      this.#config,
      JSON.stringify({
        fuse: { dir: this.mount },
        data: { dir: this.data },
        http: { addr: `127.0.0.1:${port}` },
        lease: { ...lease, candidate: primaryUrl === undefined },
      }),
    );
  }

  /** Starts a primary, or a replica that follows the primary of this URL. */
  static async start(folder: string, primaryUrl?: string): Promise<LitefsNode> {
    return LitefsNode.startWith(folder, { primaryUrl });
  }

  /** Starts one in another way. */
  static async startWith(folder: string, options: NodeOptions): Promise<LitefsNode> {
    const node = new LitefsNode(folder, await freePort(), options);
    await node.start();
    return node;
  }

  /** Starts it again, and waits until it is the primary or follows one. */
  async start(): Promise<void> {
    this.litefs.start(resolve('hack/.bin/litefs'), ['mount', '-config', this.#config], this.#env, false);
    await waitFor('LiteFS to be the primary or to follow it', async () => {
      if (this.litefs.output.includes('ERROR')) throw new Hopeless(this.litefs.output);
      const info = await (await fetch(`${this.url}/info`)).json();
      return (info as { primary: { hostname?: string } }).primary.hostname !== undefined && this.#mounted;
    });
  }

  async stop(): Promise<void> {
    await this.litefs.end('SIGTERM');
    this.#unmount();
  }

  /** Kills it, as when a node dies. The data stay. */
  async kill(): Promise<void> {
    await this.litefs.end('SIGKILL');
    this.#unmount();
  }

  /** The path of a database on its mount. */
  path(database: string): string {
    return join(this.mount, database);
  }

  /** Position of a database, `<TXID>/<checksum>`; undefined where there is none. */
  position(database: string): string | undefined {
    try {
      return readFileSync(`${this.path(database)}-pos`, 'utf8').trim();
    } catch {
      return undefined;
    }
  }

  /** Value of one of its metrics that has no labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  get #mounted(): boolean {
    return readFileSync('/proc/mounts', 'utf8').includes(` ${this.mount} `);
  }

  #unmount(): void {
    if (this.#mounted) execFileSync('umount', ['--lazy', this.mount]);
  }
}

/** Waits until both have the same position. */
export const level = (database: string, one: LitefsNode, other: LitefsNode, ms?: number): Promise<unknown> =>
  waitFor(
    'both nodes to have the same position',
    () => {
      for (const { litefs } of [one, other])
        if (/panic|fatal/.test(litefs.output)) throw new Hopeless(litefs.output.slice(-2_000));
      return one.position(database) !== undefined && one.position(database) === other.position(database);
    },
    ms,
  );
