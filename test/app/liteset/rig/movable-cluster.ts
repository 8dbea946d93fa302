import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Counters } from '../../../../app/liteset/counters.ts';
import type { Status } from '../../../../app/liteset/membership/peers.ts';
import type { SwitchoverResult } from '../../../../app/liteset/switchover/switchover.ts';
import { freePort } from '../../../lib/free-port.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { ConsulStandIn } from './consul-stand-in.ts';
import { LitefsPod } from './litefs-pod.ts';
import { PausableLink } from './pausable-link.ts';

/** What a cluster may have. */
export interface ClusterOptions {
  /** Links cost time, so that they are there only if they are asked for. */
  withLinks?: boolean;
  /** The application of the pods. Default: the sample application. */
  program?: string;
}

/** Pods on the real LiteFS whose lease can move, each with the sample application and a loopback address of its own. */
export class MovableCluster {
  readonly pods: LitefsPod[] = [];
  readonly consul = new ConsulStandIn();
  /** What replication from each pod goes through, if it is to be held; by the number of the pod. */
  readonly links: PausableLink[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), 'liteset-'));
  #clusterPort = 0;

  /**
   * Starts so many pods, the first of which is the primary. `env` is more of the application's environment.
   */
  async start(count: number, env: Record<string, string> = {}, options: ClusterOptions = {}): Promise<void> {
    const consulUrl = await this.consul.listen();
    const port = await freePort('127.0.0.2');
    this.#clusterPort = await freePort('127.0.0.2');
    for (let i = 0; i < count; i++) {
      const litefsPort = await freePort();
      const primaryUrl = options.withLinks ? await this.#link(litefsPort) : '';
      const pod = new LitefsPod({
        ...{ directory: this.#directory, name: `pod-${i}`, host: `127.0.0.${2 + i}`, port, candidate: true, consulUrl },
        ...{ litefsPort, primaryUrl, primaryHost: '', journalMode: 'wal', primaryWaitMs: 15_000 },
        ...(options.program && { program: options.program }),
        env: { CLUSTER_PORT: String(this.#clusterPort), SWITCHOVER: 'true', ...env },
      });
      this.pods.push(pod);
      await pod.start();
    }
    await this.settled(count - 1);
  }

  async stop(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.stop()));
    this.consul.close();
    for (const link of this.links) link.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Holds replication from a pod, or lets it go on. */
  link(pod: LitefsPod): PausableLink {
    const link = this.links[this.pods.indexOf(pod)];
    if (!link) throw new Error('the cluster was started without links');
    return link;
  }

  async #link(litefsPort: number): Promise<string> {
    const link = new PausableLink(litefsPort);
    this.links.push(link);
    return `http://127.0.0.1:${await link.listen()}`;
  }

  /** The pods in which an application answers, with what it says of itself. */
  async statuses(): Promise<{ pod: LitefsPod; status: Status }[]> {
    const ask = async (pod: LitefsPod) => {
      const answer = await fetch(`${pod.url}/liteset/status`).catch(() => undefined);
      return answer?.ok ? [{ pod, status: (await answer.json()) as Status }] : [];
    };
    return (await Promise.all(this.pods.map(ask))).flat();
  }

  /** The primary and the others. Waits until there is one. */
  async primary(): Promise<{ pod: LitefsPod; others: LitefsPod[] }> {
    let pod: LitefsPod | undefined;
    await waitFor('a primary', async () => {
      pod = (await this.statuses()).find(({ status }) => status.role === 'primary')?.pod;
      return pod !== undefined;
    });
    if (!pod) throw new Error('no primary');
    return { pod, others: this.pods.filter((one) => one !== pod) };
  }

  /** The primary and the others, once so many replicas report to it. A busy machine may change the primary meanwhile. */
  async settled(replicas: number): Promise<{ pod: LitefsPod; others: LitefsPod[] }> {
    let now = await this.primary();
    try {
      await waitFor(`${replicas} replicas to report`, async () => {
        now = await this.primary();
        return (await replicasOf(now.pod)) === replicas;
      });
    } catch (error) {
      throw new Error(this.pods.map(({ url, output }) => `${url}:\n${output.slice(-3_000)}`).join('\n'), {
        cause: error,
      });
    }
    return now;
  }

  /** Takes the lease away from a pod that goes on, and keeps it from getting it again. */
  bar(pod: LitefsPod): void {
    this.consul.barred.add(new URL(pod.url).hostname);
    this.consul.expireAll();
  }

  /** Where a pod's cluster port is. */
  clusterUrl(pod: LitefsPod): string {
    return `http://${new URL(pod.url).hostname}:${this.#clusterPort}`;
  }

  /** Asks a pod to switch over, as one does within it. */
  async switchover(pod: LitefsPod, target?: string): Promise<Response> {
    return fetch(new URL('/liteset/switchover', this.clusterUrl(pod)), {
      method: 'POST',
      body: JSON.stringify(target === undefined ? {} : { pod: target }),
    });
  }

  /** Waits until all pods that answer have the same position. */
  async level(): Promise<void> {
    await waitFor('all pods to be level', async () => {
      const positions = (await this.statuses()).map(({ status }) => status.position);
      return new Set(positions).size === 1;
    });
  }
}

/** How many replicas report to a pod, whichever application it has. */
async function replicasOf({ url }: LitefsPod): Promise<number> {
  const metrics = await fetch(`${url}/metrics`);
  if (!metrics.ok) return (await counters({ url })).replicas;
  return Number(/^liteset_connected_replicas (\d+)$/m.exec(await metrics.text())?.[1]);
}

/** The numbers that a pod counts. */
export async function counters(pod: Pick<LitefsPod, 'url'>): Promise<Counters> {
  return (await (await fetch(`${pod.url}/counters`)).json()) as Counters;
}

/** The result of a switchover, which must have succeeded. */
export async function result(answer: Response): Promise<SwitchoverResult> {
  if (answer.status !== 200) throw new Error(`switchover: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as SwitchoverResult;
}
