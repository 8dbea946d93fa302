import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { toLine } from '../../../../app/liteset/lib/json-lines.ts';
import { Agent } from '../../../../app/proxy/agent.ts';
import { freePort } from '../../../lib/free-port.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import type { LitefsPod } from '../../liteset/rig/litefs-pod.ts';
import { MovableCluster } from '../../liteset/rig/movable-cluster.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** Pods on the real LiteFS whose lease can move, each with a proxy and, where it is the primary, an application that knows of nothing. */
export class ProxyCluster extends MovableCluster {
  #appPorts = 0;

  /** Starts so many pods, the first of which is the primary, and waits until its application answers. */
  async startProxies(count: number, env: Record<string, string> = {}, withLinks = false): Promise<void> {
    this.#appPorts = await freePort();
    const program = resolve('test/app/proxy/rig/pod.ts');
    await this.start(count, { APP_PORTS: String(this.#appPorts), LOG_LEVEL: 'warn', ...env }, { program, withLinks });
    await this.serves();
  }

  /** Waits until the application answers through each pod. */
  async serves(): Promise<void> {
    for (const { url, output } of this.pods)
      await waitFor(`the application through ${url}`, async () => {
        const answer = await fetch(url);
        if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}\n${output}`);
        return true;
      });
  }

  /** Where the application of a pod answers past its proxy. */
  direct(pod: LitefsPod): string {
    return `http://127.0.0.1:${this.#appPorts + this.pods.indexOf(pod)}`;
  }

  /** Has the agent of a pod say from now on that LiteFS does not have all that was written, or that it does. */
  async unsettle(pod: LitefsPod, on: boolean): Promise<void> {
    const connection = connect(socketOf(pod));
    connection.write(toLine({ id: 1, do: 'unsettle', on }));
    for await (const text of connection.setEncoding('utf8')) if (String(text).includes('"id":1')) break;
  }

  /** Speaks to the agent of a pod as its proxy does. */
  async withAgent<Result>(pod: LitefsPod, work: (agent: Agent) => Promise<Result>): Promise<Result> {
    const end = new AbortController();
    const agent = new Agent(quiet);
    const following = agent.follow(socketOf(pod), end.signal);
    try {
      await waitFor('the agent', () => agent.state !== undefined);
      return await work(agent);
    } finally {
      end.abort();
      await following;
    }
  }
}

const socketOf = (pod: LitefsPod): string => join(pod.database, '../../agent.sock');
