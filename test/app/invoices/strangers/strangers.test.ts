import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { slow } from '../../../lib/slow.ts';
import type { LitefsPod } from '../../liteset/rig/litefs-pod.ts';
import { MovableCluster, result } from '../../liteset/rig/movable-cluster.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { honest, quantile, type Seen } from './honest.ts';

/** The whole service on three real LiteFS whose lease moves, while strangers do what they can beside a writer and a reader. */
const LONG = process.env['LITESET_LONG'] !== undefined;
const cluster = new MovableCluster();
const ATTACKS: Record<string, number> = {
  'slow POST': 1,
  'half-sent bodies': LONG ? 3_000 : 900,
  'slow heads': LONG ? 10_000 : 2_500,
  'unknown keys': 10,
  'forged tokens': LONG ? 2_000 : 200,
};
/** How long each is measured, in milliseconds. */
const MEASURED_MS = LONG ? 20_000 : 2_500;
/** What a pod may have in memory, in bytes: the chart's default limit, less what LiteFS beside it needs. */
const MEMORY = 400 * 1024 * 1024;
/** What Node takes by itself in a container of 512 MiB. On a large machine it collects later. */
const HEAP = '--max-old-space-size=256 --max-semi-space-size=8';
/** What is judged: of the few requests of the short form, a single pause of a busy machine is the 99th of 100. */
const PART = LONG ? 0.99 : 0.5;
/** Below this, in milliseconds, no factor is asked for: the short form runs beside others. */
const PAUSE_MS = LONG ? 20 : 500 * slow;
const strangers: ChildProcess[] = [];
let quiet: Seen;

beforeAll(async () => {
  const connections = LONG ? '4000' : '1500';
  const env = { LOG_LEVEL: 'warn', MAX_CONNECTIONS: connections, READ_WAIT_MS: '1000', NODE_OPTIONS: HEAP };
  await cluster.start(2, env, { program: resolve('test/app/invoices/rig/on-address.ts') });
  const measure = () => honest(urls, () => delay(MEASURED_MS));
  await measure();
  quiet = await measure();
}, TIMEOUTS.STORY);
async function end(): Promise<void> {
  const ended = strangers.splice(0).map(async (one) => {
    one.kill('SIGKILL');
    await once(one, 'exit');
  });
  await Promise.all(ended);
}
afterEach(end);
afterAll(() => cluster.stop(), TIMEOUTS.LITEFS);
jest.setTimeout(TIMEOUTS.STORY);

const urls = () => cluster.pods.map(({ url }) => url);
async function attack(kind: string, count = ATTACKS[kind]): Promise<void> {
  const program = resolve('test/app/invoices/strangers/attack.ts');
  const child = spawn(process.execPath, [program, kind, String(count), ...urls()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  strangers.push(child);
  await once(child.stdout, 'data');
}

/** The most memory that a pod of them has. */
async function memory(pods: readonly LitefsPod[]): Promise<number> {
  const texts = await Promise.all(pods.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  return Math.max(...texts.map((text) => Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1])));
}

/** 2,000 reads a second take two processors by themselves: what forged tokens add is to be told from that. */
async function besideAsManyReads(count: number | undefined): Promise<Seen> {
  const seen = await honest(urls, async () => {
    await attack('as many reads', count);
    await delay(MEASURED_MS);
  });
  await end();
  say('as many reads', seen, await memory(cluster.pods));
  return seen;
}

function say(what: string, seen: Seen, bytes: number, without = quiet): void {
  const times = (['writes', 'reads'] as const).map((kind) => {
    const [now, before] = [seen[kind], without[kind]].map((all) => `${quantile(all, PART).toFixed(1)} ms`);
    return `${seen[kind].length} ${kind}, p${PART * 100} ${now} (${before} without)`;
  });
  console.log(`${what}: ${times.join('; ')}; memory ${Math.round(bytes / 2 ** 20)} MiB`);
}

test.each(Object.keys(ATTACKS))('%s: a writer and a reader beside it see no error, and hardly wait', async (kind) => {
  const without = kind === 'forged tokens' ? await besideAsManyReads(ATTACKS[kind]) : quiet;
  let most = 0;
  const seen = await honest(urls, async () => {
    await attack(kind);
    await delay(MEASURED_MS);
    most = await memory(cluster.pods);
  });
  say(kind, seen, most, without);
  expect(seen.failed).toEqual([]);
  for (const what of ['writes', 'reads'] as const)
    expect(quantile(seen[what], PART)).toBeLessThan(Math.max(2 * quantile(without[what], PART), PAUSE_MS));
  expect(most).toBeLessThan(MEMORY);
});

test('a replica answers reads with forged tokens itself, beside a writer', async () => {
  const { others } = await cluster.settled(1);
  const [replica] = (await cluster.statuses()).filter(({ pod }) => others.includes(pod));
  const answeredBy: (string | null)[] = [];
  const seen = await honest(urls, async () => {
    for (const number of ['ffffffffffffffff', '0000000000000fff', '0000000000000001']) {
      const headers = { 'Liteset-Token': `0000000000000000-${number}` };
      const ask = async () =>
        (await fetch(`${replica?.pod.url}/api/invoices/1`, { headers })).headers.get('Liteset-Pod');
      answeredBy.push(...(await Promise.all(Array.from({ length: 50 }, ask))));
    }
  });
  expect(seen.failed).toEqual([]);
  // A busy machine may make some of them wait for too long.
  const itself = answeredBy.filter((pod) => pod === replica?.status.pod).length;
  console.log(`${itself} of ${answeredBy.length} answered by the replica`);
  expect(itself).toBeGreaterThan(answeredBy.length / 2);
});

test('all of them at once: a switchover and a planned restart fail nothing', async () => {
  let targets = cluster.pods;
  let most = 0;
  const seen = await honest(
    () => targets.map(({ url }) => url),
    async () => {
      for (const kind of Object.keys(ATTACKS)) await attack(kind);
      most = await memory(cluster.pods);
      const { pod } = await cluster.settled(1);
      const { heldMs } = await result(await cluster.switchover(pod));
      console.log(`writes held for ${heldMs} ms`);
      const { pod: primary, others } = await cluster.settled(1);
      const ended = primary.stop();
      // The Ingress learns a moment later that the pod is not ready any more.
      await delay(300);
      targets = others;
      expect(await ended).toBe(0);
      await delay(1_000);
    },
  );
  say('all of them', seen, most);
  if (seen.failed.length > 0) console.log(cluster.pods.map(({ output }) => output.slice(-5_000)).join('\n'));
  expect(seen.failed).toEqual([]);
  expect(most).toBeLessThan(MEMORY);
});
