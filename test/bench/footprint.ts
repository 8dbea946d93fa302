/**
 * `npm run bench:footprint`: what the release of hack/up.sh takes while nobody asks it for anything: the size of its images, and of
 * each container the memory that cannot be taken back (working set) and the share of a core, as the kubelet tells them; and how
 * long a pod takes to start. Prints tables in Markdown.
 */
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { kubectl } from '../e2e/cluster/kubectl.ts';
import { deletePod, pods, podsReady } from '../e2e/cluster/pods.ts';
import { invoices } from '../e2e/cluster/release.ts';
import { row } from './report.ts';

/** How long nothing happens before it is looked at, in milliseconds: the kubelet measures every ten seconds. */
const QUIET_MS = 60_000;
const PODS = 3;

/** As much of the kubelet's summary as is looked at. */
interface Summary {
  pods: {
    podRef: { name: string; namespace: string };
    containers: { name: string; cpu?: { usageNanoCores?: number }; memory?: { workingSetBytes?: number } }[];
  }[];
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

async function images(): Promise<void> {
  const names = await kubectl(['-n', invoices.namespace, 'get', 'pods', '-o', 'jsonpath={.items[*].spec..image}']);
  row(['image', 'MiB']);
  row(['---', '---']);
  for (const name of new Set(names.trim().split(/\s+/))) {
    const { stdout } = await promisify(execFile)('docker', ['image', 'inspect', '-f', '{{.Size}}', name]);
    row([name.replace(/:.*/, ''), mebibytes(Number(stdout))]);
  }
}

async function atRest(): Promise<void> {
  row(['pod', 'container', 'MiB', 'of a core']);
  row(['---', '---', '---', '---']);
  const nodes = new Set((await pods(invoices)).map(({ spec }) => spec.nodeName));
  for (const node of nodes) {
    const summary = JSON.parse(await kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/stats/summary`])) as Summary;
    for (const { podRef, containers } of summary.pods) {
      if (podRef.namespace !== invoices.namespace) continue;
      for (const { name, cpu, memory } of containers) {
        const share = `${((cpu?.usageNanoCores ?? Number.NaN) / 1e7).toFixed(1)} %`;
        row([podRef.name, name, mebibytes(memory?.workingSetBytes ?? Number.NaN), share]);
      }
    }
  }
}

/** From the deletion of the last pod on: until it is gone, and from then until its successor is Ready. */
async function startUp(): Promise<void> {
  const began = performance.now();
  await deletePod(invoices, `${invoices.name}-${PODS - 1}`);
  const gone = performance.now();
  await podsReady(invoices, PODS);
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  console.log(
    `a pod ends within ${seconds(gone - began)}, the next is Ready ${seconds(performance.now() - gone)} later`,
  );
}

await images();
await startUp();
await delay(QUIET_MS);
await atRest();
