import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../lib/wait-for.ts';
import { KubeApi } from './kube-api.ts';
import { LeasePod } from './lease-pod.ts';
import { hasSidecar, type Shared } from './lease-pod-config.ts';
import { grant } from './rbac.ts';
import { TIMEOUTS } from './timeouts.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

/** As much of the Lease as the tests look at. */
export interface LeaseObject {
  readonly metadata: { readonly resourceVersion: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly holderIdentity: string;
    readonly leaseDurationSeconds: number;
    readonly leaseTransitions: number;
  };
}

/** Three pods with unpatched LiteFS on one Lease of a real API server, each with the rights that the chart gives it. */
export class LeaseCluster {
  readonly leaseSeconds = 5;
  readonly graceSeconds = 30;
  readonly directory = mkdtempSync(join(tmpdir(), 'liteset-lease-'));
  readonly api = new KubeApi(this.directory);
  readonly pods: LeasePod[] = [];
  readonly #special: Partial<Shared>;
  #rows = 0;

  /** `special` is what the pods of a test share beyond the usual. */
  constructor(special: Partial<Shared> = {}) {
    this.#special = special;
  }

  async start(): Promise<void> {
    const { directory, api, leaseSeconds, graceSeconds } = this;
    const isLeased = hasSidecar(this.#special);
    if (isLeased) {
      await api.start();
      await grant(api);
      if (!this.#special.withoutLease) await api.create(LEASES, { metadata: { name: 'liteset' } });
    }
    for (const index of [0, 1, 2]) {
      const pod = new LeasePod({ directory, api, leaseSeconds, graceSeconds, pods: 3, ...this.#special }, index);
      this.pods.push(pod);
      const spec = { containers: [{ name: 'app', image: 'none' }] };
      if (isLeased) await api.create('/api/v1/namespaces/default/pods', { metadata: { name: pod.name }, spec });
    }
    await Promise.all(this.pods.map((pod) => pod.start()));
    await this.settled();
  }

  async stop(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.stop()));
    // Only a failure needs what the pods said; jest shows no way to know of one here.
    for (const { name, sidecar, litefs } of this.pods)
      writeFileSync(join(tmpdir(), `liteset-lease-${name}.log`), `${sidecar.output}\n${litefs.output}`);
    await this.api.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async lease(): Promise<LeaseObject> {
    return JSON.parse((await this.api.call('GET', `${LEASES}/liteset`)).body) as LeaseObject;
  }

  /** What people and their tools do to the Lease. */
  async deleteLease(): Promise<void> {
    await this.#meddle('DELETE');
  }

  /** As `kubectl replace` does with the Lease of the chart. */
  async emptyLease(): Promise<void> {
    const { resourceVersion } = (await this.lease()).metadata;
    const metadata = { name: 'liteset', resourceVersion };
    await this.#meddle('PUT', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata });
  }

  async editLease(change: unknown): Promise<void> {
    await this.#meddle('PATCH', change, 'application/merge-patch+json');
  }

  async #meddle(method: string, body?: unknown, type?: string): Promise<void> {
    const answer = await this.api.call(method, `${LEASES}/liteset`, body, type);
    if (answer.status !== 200) throw new Error(`${method}: ${answer.status} ${answer.body}`);
  }

  /** The pods whose LiteFS says that it is primary. */
  async primaries(): Promise<LeasePod[]> {
    const roles = await Promise.all(this.pods.map((pod) => pod.isPrimary()));
    return this.pods.filter((_, index) => roles[index]);
  }

  /** The primary. Waits until there is exactly one. */
  async primary(): Promise<LeasePod> {
    let found: LeasePod[] = [];
    const one = async () => {
      found = await this.primaries();
      return found.length === 1;
    };
    await waitFor('a primary', one, TIMEOUTS.PRIMARY);
    return found[0] as LeasePod;
  }

  /** Writes a row through whichever of the pods takes it, and returns it. */
  async write(through = this.pods): Promise<string> {
    const id = `row ${++this.#rows}`;
    const taken = async () => (await Promise.all(through.map((pod) => pod.write(id)))).some(Boolean);
    await waitFor('a pod that takes writes', taken, TIMEOUTS.PRIMARY);
    return id;
  }

  /** Waits until one pod is primary, the others follow it, and all hold the same rows. */
  async settled(): Promise<void> {
    await this.write();
    const following = async () => {
      const { name } = await this.primary();
      return (await Promise.all(this.pods.map((pod) => pod.follows()))).every((followed) => followed === name);
    };
    await waitFor('all pods to follow', following, TIMEOUTS.PRIMARY);
    const equal = async () => new Set((await Promise.all(this.pods.map((pod) => pod.rows()))).map(String)).size === 1;
    await waitFor('equal rows', equal, TIMEOUTS.PRIMARY);
  }
}
