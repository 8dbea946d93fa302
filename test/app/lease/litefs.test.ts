import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../../../app/liteset/monotonic.ts';
import { waitFor } from '../liteset/litefs-pod.ts';
import { KubeApi } from './kube-api.ts';
import { LeasePod } from './lease-pod.ts';

const LEASE_SECONDS = 5;
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
/** The bound: one lease and two seconds. */
const RESTORED_MS = LEASE_SECONDS * 1_000 + 2_000;
const GRACE_SECONDS = 20;
const KILLS = 5;
const HAND_OVERS = 20;

/** Unpatched LiteFS on a real API server, each pod with the rights that the chart gives it. */
describe('three pods on one Lease', () => {
  const directory = mkdtempSync(join(tmpdir(), 'liteset-lease-'));
  const api = new KubeApi(directory);
  let pods: LeasePod[] = [];
  let count = 0;

  beforeAll(async () => {
    await api.start();
    await grant(api);
    await api.create(LEASE, { metadata: { name: 'liteset' } });
    const cluster = { directory, api, leaseSeconds: LEASE_SECONDS, graceSeconds: GRACE_SECONDS, pods: 3 };
    pods = [0, 1, 2].map((index) => new LeasePod(cluster, index));
    for (const pod of pods) await api.create('/api/v1/namespaces/default/pods', podObject(pod.name));
    await Promise.all(pods.map((pod) => pod.start()));
    await settled();
  }, 240_000);

  afterAll(async () => {
    await Promise.all(pods.map((pod) => pod.stop()));
    // Only a failure needs what the pods said; jest shows no way to know of one here.
    for (const pod of pods) writeFileSync(join(tmpdir(), `liteset-lease-${pod.name}.log`), `${pod.log}\n${pod.output}`);
    await api.stop();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  const primaries = async () => {
    const roles = await Promise.all(pods.map((pod) => pod.isPrimary()));
    return pods.filter((_, index) => roles[index]);
  };
  const primary = async (): Promise<LeasePod> => {
    await waitFor('a primary', async () => (await primaries()).length === 1, 60_000);
    return (await primaries())[0] as LeasePod;
  };
  const writeSomewhere = async (): Promise<string> => {
    const id = `row ${++count}`;
    await waitFor(
      'a pod that takes writes',
      async () => (await Promise.all(pods.map((pod) => pod.write(id)))).some(Boolean),
      60_000,
    );
    return id;
  };
  /** Waits until one pod is primary, the others follow it, and all hold the same rows. */
  const settled = async () => {
    await writeSomewhere();
    const { name } = await primary();
    await waitFor(
      'all pods to follow',
      async () => (await Promise.all(pods.map((pod) => pod.follows()))).every((p) => p === name),
      60_000,
    );
    await waitFor(
      'equal rows',
      async () => new Set((await Promise.all(pods.map((pod) => pod.rows()))).map(String)).size === 1,
      60_000,
    );
  };
  const lease = async () => JSON.parse((await api.call('GET', `${LEASE}/liteset`)).body) as LeaseObject;

  test('the Lease says who holds it, and of which cluster it is', async () => {
    const { spec, metadata } = await lease();
    const { name } = await primary();
    expect(spec).toMatchObject({
      holderIdentity: `${name}_uid-0`,
      leaseDurationSeconds: LEASE_SECONDS,
      leaseTransitions: expect.any(Number),
    });
    expect(metadata.annotations['liteset.dev/primary-pod']).toBe('pod-0');
    expect(metadata.annotations['liteset.dev/cluster-id']).toMatch(/^LFSC/);
  });

  test(`${HAND_OVERS} hand-overs by LiteFS's promote each take the same session to another pod`, async () => {
    const before = await lease();
    const took: number[] = [];
    for (let round = 0; round < HAND_OVERS; round++) {
      const from = await primary();
      const to = pods.find((pod) => pod !== from) as LeasePod;
      await waitFor(`${to.name} to follow ${from.name}`, async () => (await to.follows()) === from.name);
      const start = performance.now();
      expect(await to.promote()).toBe(true);
      await waitFor(`${to.name} to be primary`, () => to.isPrimary());
      took.push(performance.now() - start);
      await settled();
    }
    console.log('hand-overs, ms:', took.map(Math.round).join(' '));
    const after = await lease();
    expect(after.metadata.annotations['liteset.dev/session']).toBe(before.metadata.annotations['liteset.dev/session']);
    expect(after.spec.leaseTransitions).toBe(before.spec.leaseTransitions + HAND_OVERS);
  }, 180_000);

  test(`a LiteFS that is killed is replaced, or back, within the lease and two seconds, ${KILLS} times`, async () => {
    const took: number[] = [];
    for (let round = 0; round < KILLS; round++) {
      const killed = await primary();
      await killed.killLitefs();
      const start = performance.now();
      await writeSomewhere();
      took.push(performance.now() - start);
      killed.unmount();
      killed.startLitefs();
      await settled();
    }
    console.log('LiteFS killed, ms until a write:', took.map(Math.round).join(' '));
    expect(Math.max(...took)).toBeLessThan(RESTORED_MS);
  }, 180_000);

  test(`a whole pod that is killed is replaced within the lease and two seconds, ${KILLS} times`, async () => {
    const took: number[] = [];
    for (let round = 0; round < KILLS; round++) {
      const killed = await primary();
      await Promise.all([killed.killLitefs(), killed.killSidecar()]);
      const start = performance.now();
      await writeSomewhere();
      took.push(performance.now() - start);
      killed.unmount();
      killed.startSidecar();
      killed.startLitefs();
      await settled();
    }
    console.log('pod killed, ms until a write:', took.map(Math.round).join(' '));
    expect(Math.max(...took)).toBeLessThan(RESTORED_MS);
  }, 240_000);

  test('a sidecar that is killed and started again serves its LiteFS from what the Lease says', async () => {
    const before = await primary();
    const { spec } = await lease();
    await before.killSidecar();
    before.startSidecar();
    await settled();
    // Where it starts within half a TTL and a second nothing happened at all; within a lease, this pod is primary anew.
    const after = await lease();
    const moved = after.spec.holderIdentity !== spec.holderIdentity;
    expect(after.spec.leaseTransitions - spec.leaseTransitions).toBeLessThanOrEqual(moved ? 2 : 1);
    await waitFor('its status', async () => (await before.status('/metrics')).includes('liteset_lease_epoch'));
  }, 120_000);

  test('a primary that loses the API server has stepped down when another pod takes the lease', async () => {
    const cutOff = await primary();
    cutOff.link.pause();
    try {
      let both = 0;
      let steppedDown = 0;
      const start = performance.now();
      await waitFor(
        'another primary',
        async () => {
          const [former, others] = await Promise.all([cutOff.isPrimary(), primaries()]);
          if (!former && steppedDown === 0) steppedDown = performance.now() - start;
          if (former && others.length > 1) both++;
          return others.some((pod) => pod !== cutOff);
        },
        30_000,
      );
      console.log(
        `cut off: stepped down after ${Math.round(steppedDown)} ms, another primary after ${Math.round(performance.now() - start)} ms`,
      );
      expect(both).toBe(0);
      expect(steppedDown).toBeGreaterThan(0);
    } finally {
      cutOff.link.resume();
    }
    await settled();
  }, 120_000);

  test('the fence of a pod that is frozen has ended before another pod is primary, and is told anew with each renewal', async () => {
    const frozen = await primary();
    const end = new AbortController();
    const ends: number[] = [];
    frozen.followFence((until) => ends.push(until), end.signal);
    await waitFor('two renewals', async () => ends.length >= 3);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    frozen.hold('both', 'SIGSTOP');
    try {
      await waitFor('another primary', async () => (await primaries()).some((pod) => pod !== frozen), 60_000);
      expect(ends.at(-1)).toBeLessThan(monotonicMs());
      expect(ends.at(-1)).toBeGreaterThan(monotonicMs() - 60_000);
    } finally {
      frozen.hold('both', 'SIGCONT');
      end.abort();
    }
    await settled();
  }, 120_000);

  test('while the API server is held up nobody is primary, and then somebody is again', async () => {
    await primary();
    api.signal('SIGSTOP');
    try {
      await waitFor('the primary to step down', async () => (await primaries()).length === 0, LEASE_SECONDS * 1_000);
    } finally {
      api.signal('SIGCONT');
    }
    await settled();
  }, 120_000);

  test('a pod that missed transactions does not win while it is alone, and one that has them does at once', async () => {
    const first = await primary();
    const [stale, fresh] = pods.filter((pod) => pod !== first) as [LeasePod, LeasePod];
    await stale.killLitefs();
    stale.unmount();
    const missed = await writeSomewhere();
    await waitFor('the row', async () => (await fresh.rows()).includes(missed));
    await Promise.all([first.killLitefs(), fresh.killLitefs()]);
    stale.startLitefs();
    await waitFor('the refusal', async () => /behind the last position of/.test(stale.log), 20_000);
    expect(await primaries()).toEqual([]);
    for (const pod of [first, fresh]) pod.unmount();
    fresh.startLitefs();
    expect(await primary()).toBe(fresh);
    first.startLitefs();
    await settled();
    expect(await stale.rows()).toContain(missed);
  }, 120_000);

  test('a pod with an empty volume never wins, not even alone and after the grace', async () => {
    const first = await primary();
    const others = pods.filter((pod) => pod !== first);
    const [emptied, other] = others as [LeasePod, LeasePod];
    await Promise.all([emptied.killLitefs(), other.killLitefs()]);
    await first.stopLitefs();
    emptied.wipe();
    emptied.startLitefs();
    await delay((GRACE_SECONDS + LEASE_SECONDS) * 1_000);
    expect(await primaries()).toEqual([]);
    for (const pod of [first, other]) {
      pod.unmount();
      pod.startLitefs();
    }
    await settled();
    expect(await emptied.rows()).not.toEqual([]);
  }, 180_000);

  test('a cluster whose volumes were all filled from a backup has a primary after the grace, and a new identity', async () => {
    const id = async () => (await lease()).metadata.annotations['liteset.dev/cluster-id'];
    const before = await id();
    const rows = await (await primary()).rows();
    await Promise.all(pods.map((pod) => pod.killLitefs()));
    for (const pod of pods) {
      pod.forgetCluster();
      pod.startLitefs();
    }
    await settled();
    expect(await id()).not.toBe(before);
    expect((await (await primary()).rows()).slice(0, rows.length)).toEqual(rows);
  }, 180_000);

  test('the label of each pod says its role', async () => {
    const { name } = await primary();
    await waitFor('the labels', async () => {
      const { items } = JSON.parse((await api.call('GET', '/api/v1/namespaces/default/pods')).body) as PodList;
      return items.every(
        ({ metadata }) => metadata.labels?.['liteset.dev/role'] === (metadata.name === name ? 'primary' : 'replica'),
      );
    });
  }, 60_000);
});

interface LeaseObject {
  metadata: { annotations: Record<string, string> };
  spec: { holderIdentity: string; leaseDurationSeconds: number; leaseTransitions: number };
}
interface PodList {
  items: { metadata: { name: string; labels?: Record<string, string> } }[];
}

const podObject = (name: string) => ({ metadata: { name }, spec: { containers: [{ name: 'app', image: 'none' }] } });

/** The rights that the chart gives: this one Lease, and the label of the pods. */
async function grant(api: KubeApi): Promise<void> {
  const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  await api.create(`${roles}/roles`, {
    metadata: { name: 'liteset' },
    rules: [
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: ['liteset'],
        verbs: ['get', 'patch'],
      },
      { apiGroups: [''], resources: ['pods'], resourceNames: ['pod-0', 'pod-1', 'pod-2'], verbs: ['patch'] },
    ],
  });
  await api.create(`${roles}/rolebindings`, {
    metadata: { name: 'liteset' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'liteset' },
    subjects: [{ kind: 'User', name: 'pod', apiGroup: 'rbac.authorization.k8s.io' }],
  });
}
