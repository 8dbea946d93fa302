/**
 * `npm run bench:failover [trials]`: how long three pods on one machine are without a primary that takes writes, once with the
 * lease of 5 s that is the chart's default (unpatched LiteFS, the sidecar, a real kube-apiserver) and once with a real Consul
 * and the chart's defaults for it (a TTL of 10 s), one after the other: when LiteFS and the sidecar of the primary are killed, and when
 * LiteFS switches over (`POST /promote`; nothing holds the writes here, as the middleware does).
 */
import { LeaseCluster } from '../app/lease/rig/lease-cluster.ts';
import type { LeasePod } from '../app/lease/rig/lease-pod.ts';
import { Consul } from './consul.ts';

const trials = Number(process.argv[2] ?? 20);

/** Kills the primary; returns how long it takes until a write is taken again, in milliseconds. */
async function killed(cluster: LeaseCluster): Promise<number> {
  const pod = await cluster.primary();
  await Promise.all([pod.killLitefs(), pod.sidecar.end('SIGKILL')]);
  const began = performance.now();
  await cluster.write();
  const took = performance.now() - began;
  pod.startSidecar();
  pod.startLitefs();
  await cluster.settled();
  return took;
}

/** Switches over to another pod; returns the time until that takes a write, in milliseconds. */
async function switchedOver(cluster: LeaseCluster): Promise<number> {
  const from = await cluster.primary();
  const to = cluster.pods.find((pod) => pod !== from) as LeasePod;
  let began: number;
  // LiteFS refuses while its stream from the primary is new, and nothing changes then.
  do began = performance.now();
  while (!(await to.promote()));
  // The old primary still takes some that are lost, and SQLite there, with a rollback journal, may go on showing them.
  await cluster.write([to]);
  const took = performance.now() - began;
  await cluster.settled();
  return took;
}

function tell(lease: string, what: string, times: readonly number[]): void {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part: number) => `${Math.round(sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN)} ms`;
  console.log(`${lease}, ${what}: ${times.length} trials, median ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`);
}

async function measure(lease: string, cluster: LeaseCluster): Promise<void> {
  try {
    await cluster.start();
    for (const [what, trial] of [
      ['the primary killed', killed],
      ['switched over', switchedOver],
    ] as const) {
      const times: number[] = [];
      for (let round = 0; round < trials; round++) times.push(await trial(cluster));
      tell(lease, what, times);
    }
  } finally {
    await cluster.stop();
  }
}

await measure('kubernetes, 5 s', new LeaseCluster());
const consul = new Consul();
try {
  await consul.start();
  const special = { consul: { url: consul.url, ttl: '10s', 'lock-delay': '1s' } };
  await measure('consul, TTL 10 s', new LeaseCluster(special));
} finally {
  await consul.stop();
}
