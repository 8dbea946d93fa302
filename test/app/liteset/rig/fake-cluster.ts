import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Status } from '../../../../app/liteset/membership/peers.ts';
import { freePort } from '../../../lib/free-port.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { FakeLitefs } from './fake-litefs.ts';
import { SampleProcess } from './sample-process.ts';

const PRIMARY = '127.0.0.4';
const REPLICA = '127.0.0.3';

/**
 * One pod, the sample application in a process of its own, and a LiteFS that says what the test wants: at first, that
 * 127.0.0.4 is the primary. What listens there is up to the test.
 */
export class FakeCluster {
  readonly directory = mkdtempSync(join(tmpdir(), 'liteset-'));
  readonly database = join(this.directory, 'app.db');
  readonly litefs = new FakeLitefs({ isPrimary: false, hostname: PRIMARY });
  readonly #limits: { primaryWaitMs: number; readWaitMs: number };
  readonly #env: Record<string, string>;
  readonly #open: { close(): unknown }[] = [];
  #pod: SampleProcess | undefined;
  port = 0;

  constructor(limits: { primaryWaitMs: number; readWaitMs: number }, env: Record<string, string> = {}) {
    this.#limits = limits;
    this.#env = env;
  }

  get url(): string {
    return `http://${REPLICA}:${this.port}`;
  }

  async start(): Promise<void> {
    this.port = await freePort(PRIMARY);
    this.#pod = new SampleProcess({
      DATABASE: this.database,
      HOST: REPLICA,
      PORT: String(this.port),
      LITEFS_URL: await this.litefs.listen(),
      PRIMARY_WAIT_MS: String(this.#limits.primaryWaitMs),
      READ_WAIT_MS: String(this.#limits.readWaitMs),
      ...this.#env,
    });
    await this.#pod.start();
    await this.follow();
  }

  async stop(): Promise<void> {
    await this.#pod?.stop();
    this.closePrimary();
    this.litefs.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** What the pod says of itself. */
  async status(): Promise<Status> {
    const answer = await fetch(`${this.url}/liteset/status`);
    return (await answer.json()) as Status;
  }

  /** Makes the pod a replica of 127.0.0.4. */
  async follow(): Promise<void> {
    this.litefs.lead({ isPrimary: false, hostname: PRIMARY });
    await waitFor('the pod to follow', async () => (await this.status()).primary === PRIMARY);
  }

  /** Makes the pod a replica that knows no primary. */
  async loseThePrimary(): Promise<void> {
    this.litefs.lead({ isPrimary: false });
    await waitFor('the pod to have no primary', async () => (await this.status()).primary === null);
  }

  /** Makes the pod the primary. */
  async promote(): Promise<void> {
    this.litefs.lead({ isPrimary: true });
    await waitFor('the pod to be primary', async () => (await this.status()).role === 'primary');
  }

  /** Lets this answer in the primary's place, until `closePrimary`. */
  primary(answer: RequestListener): Promise<void> {
    const server = createHttpServer(answer);
    this.#open.push({ close: () => server.closeAllConnections() });
    return this.listen(server);
  }

  listen(server: Server): Promise<void> {
    this.#open.push(server);
    return new Promise((resolve) => void server.listen(this.port, PRIMARY, () => resolve()));
  }

  closePrimary(): void {
    for (const one of this.#open.splice(0)) one.close();
  }
}
