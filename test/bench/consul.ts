import { resolve } from 'node:path';
import { Child } from '../app/lease/rig/child-process.ts';
import { freePort } from '../lib/free-port.ts';
import { waitFor } from '../lib/wait-for.ts';

/** How long Consul may take to have a leader, in milliseconds. */
const START_MS = 60_000;

/** A real Consul, one server that keeps everything in memory; `hack/test.sh e2e` builds it. */
export class Consul {
  readonly #process = new Child();
  url = '';

  async start(): Promise<void> {
    this.url = `http://127.0.0.1:${await freePort()}`;
    const port = new URL(this.url).port;
    const args = ['agent', '-dev', '-bind=127.0.0.1', `-http-port=${port}`, '-dns-port=-1', '-grpc-port=-1'];
    this.#process.start(resolve('hack/.bin/consul'), args, {}, false);
    const hasLeader = async () => (await (await fetch(`${this.url}/v1/status/leader`)).json()) !== '';
    await waitFor('a leader of Consul', hasLeader, START_MS);
  }

  stop(): Promise<void> {
    return this.#process.end('SIGKILL');
  }
}
