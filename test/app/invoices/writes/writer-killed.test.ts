import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { seeded } from '../../../../app/invoices/sample/random.ts';
import { freePort } from '../../../lib/free-port.ts';
import { childrenOf } from '../../liteset/rig/litefs-pod.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { type ServicePod, startPod, stopPod } from '../rig/litefs-service.ts';
import { temporaryFolder } from '../rig/service.ts';

/** LiteFS is killed in the middle of lone writes. SQLite does not notice it at the end of a commit, and the service is there a little longer. */
const KILLS = 8;
/** How often where something is to be found, at the most: it ends when it is. */
const MUTANT_KILLS = 60;
/** Writes before LiteFS is killed, at some moment of the next. */
const WRITES = 5;
jest.setTimeout(TIMEOUTS.MANY);

const seed = Number(process.env['CHAOS_SEED'] ?? 1);
/** Whether a process has not ended. One that nobody has waited for yet has. */
function isThere(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function newPod(env: Record<string, string>): Promise<ServicePod> {
  const [port, litefsPort] = [await freePort(), await freePort()];
  return {
    ...{ name: 'pod-0', host: '127.0.0.5', primaryHost: '127.0.0.5', port, primaryPort: port, litefsPort, env },
    ...{ folder: join(temporaryFolder(), 'pod'), sampleInvoices: 10 },
  };
}

/** Writes one invoice after the other until one is not acknowledged. Returns the numbers of those that were. */
async function write(pod: ServicePod, onWrite: (count: number, lastMs: number) => void): Promise<number[]> {
  const acknowledged: number[] = [];
  const body = JSON.stringify({ customerId: 1, lines: [{ trackId: 1, quantity: 1 }] });
  const headers = { 'Content-Type': 'application/json' };
  let lastMs = 0;
  for (;;) {
    const began = performance.now();
    const sent = fetch(`http://127.0.0.1:${pod.port}/api/invoices`, { method: 'POST', headers, body });
    onWrite(acknowledged.length, lastMs);
    const answer = await sent.catch(() => undefined);
    if (answer?.status !== 201) return acknowledged;
    acknowledged.push(((await answer.json()) as { invoiceId: number }).invoiceId);
    lastMs = performance.now() - began;
  }
}

/** Kills LiteFS at a share of the time that a write takes, while one goes on, then the service, and returns what was acknowledged. */
async function kill(pod: ServicePod, litefs: ChildProcess, share: number): Promise<number[]> {
  const [service] = childrenOf(litefs.pid ?? 0);
  if (service === undefined) throw new Error('LiteFS has no child.');
  const exited = once(litefs, 'exit');
  const acknowledged = await write(pod, (count, lastMs) => {
    if (count === WRITES) setTimeout(() => litefs.kill('SIGKILL'), share * lastMs);
  });
  await exited;
  process.kill(service, 'SIGKILL');
  while (isThere(service)) await sleep(10);
  execFileSync('umount', ['-l', join(pod.folder, 'mount')]);
  return acknowledged;
}

/** Kills it so often, or until something is lost. Returns what was acknowledged and is not there after the next start. */
async function killOften(
  kills: number,
  env: Record<string, string>,
): Promise<{ acknowledged: number; lost: number[] }> {
  const pod = await newPod(env);
  const random = seeded(seed);
  let litefs = await startPod(pod);
  let acknowledged = 0;
  const lost: number[] = [];
  for (let i = 0; i < kills && lost.length === 0; i++) {
    const ids = await kill(pod, litefs, random.int(0, 99) / 100);
    acknowledged += ids.length;
    litefs = await startPod(pod);
    for (const id of ids) {
      const { status } = await fetch(`http://127.0.0.1:${pod.port}/api/invoices/${id}`);
      if (status !== 200) lost.push(id);
    }
  }
  await stopPod(litefs);
  console.log(`${acknowledged} acknowledged, ${lost.length} lost`);
  return { acknowledged, lost };
}

test('what was acknowledged while LiteFS was killed is there afterwards', async () => {
  const { acknowledged, lost } = await killOften(KILLS, {});
  expect(lost).toEqual([]);
  expect(acknowledged).toBeGreaterThanOrEqual(KILLS * WRITES);
});

test("what was acknowledged is lost with LiteFS where SQLite's word is taken for a commit", async () => {
  const position = JSON.stringify(pathToFileURL(resolve('app/liteset/litefs/position.ts')));
  const careless = `import { PositionFile } from ${position};
    PositionFile.prototype.version = () => undefined;`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(careless)}` };
  expect((await killOften(MUTANT_KILLS, env)).lost.length).toBeGreaterThan(0);
});
