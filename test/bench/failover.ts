/**
 * `npm run bench:failover [trials]`: how long three pods on one machine are without a primary that takes writes, with the lease of 5 s
 * that is the chart's default: unpatched LiteFS, the sidecar, a real kube-apiserver. Once when LiteFS and the sidecar of the primary are killed,
 * once when LiteFS hands over (`POST /promote`; nothing holds the writes here, as the middleware does).
 */
import { LeaseCluster } from '../app/lease/lease-cluster.ts';
import type { LeasePod } from '../app/lease/lease-pod.ts';

const trials = Number(process.argv[2] ?? 20);
const cluster = new LeaseCluster();

/** How long something takes until a write is taken again, in milliseconds. */
async function untilAWrite(cause: () => Promise<unknown>): Promise<number> {
  await cause();
  const began = performance.now();
  await cluster.write();
  return performance.now() - began;
}

function tell(what: string, times: readonly number[]): void {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part: number) => `${Math.round(sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN)} ms`;
  console.log(`${what}: ${times.length} trials, median ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`);
}

async function killed(): Promise<number> {
  const pod = await cluster.primary();
  const took = await untilAWrite(() => Promise.all([pod.killLitefs(), pod.sidecar.end('SIGKILL')]));
  pod.startSidecar();
  pod.startLitefs();
  await cluster.settled();
  return took;
}

async function handedOver(): Promise<number> {
  const from = await cluster.primary();
  const to = cluster.pods.find((pod) => pod !== from) as LeasePod;
  const began = performance.now();
  if (!(await to.promote())) throw new Error(`${to.name} was not promoted`);
  await cluster.write();
  const took = performance.now() - began;
  await cluster.settled();
  return took;
}

try {
  await cluster.start();
  for (const [what, trial] of [
    ['LiteFS and its sidecar killed', killed],
    ['handed over', handedOver],
  ] as const) {
    const times: number[] = [];
    for (let round = 0; round < trials; round++) times.push(await trial());
    tell(what, times);
  }
} finally {
  await cluster.stop();
}
