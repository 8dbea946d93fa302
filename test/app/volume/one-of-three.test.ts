import { cpSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../lib/wait-for.ts';
import { Random } from '../lease/core/model/random.ts';
import { LeaseCluster } from '../lease/rig/lease-cluster.ts';
import type { LeasePod } from '../lease/rig/lease-pod.ts';
import { TIMEOUTS } from '../lease/rig/timeouts.ts';
import { mutate } from './rig/mutations.ts';
import { seeds } from './rig/seeds.ts';

const SEEDS = seeds(8, 160);
/** How often two volumes of three are damaged while no pod runs. */
const SEEDS_OF_TWO = seeds(1, 40);

const cluster = new LeaseCluster();
const acknowledged: string[] = [];
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);

const write = async () => acknowledged.push(await cluster.write());
const hasAll = async (pod: LeasePod) => {
  const rows = await pod.rows();
  return acknowledged.every((row) => rows.includes(row));
};
const all = () =>
  waitFor(
    'all rows on all pods',
    async () => (await Promise.all(cluster.pods.map(hasAll))).every(Boolean),
    TIMEOUTS.PRIMARY,
  );

/** Damages the volume of a pod whose LiteFS is gone; the older copy is from when the last call returned. */
function damage(pod: LeasePod, random: Random): string {
  const older = join(cluster.directory, `${pod.name}-older`);
  return `${pod.name}: ${mutate(pod.data, older, random)}`;
}

/** Waits for all rows on all pods, and returns how long that took, in seconds. */
async function healed(seed: number, did: string): Promise<number> {
  const began = performance.now();
  await all().catch((error: unknown) => {
    const said = cluster.pods.map(({ name, litefs }) => `${name}: ${litefs.output.slice(-3_000)}`);
    throw new Error(`seed ${seed}, ${did}: ${String(error)}\n${said.join('\n')}`);
  });
  return (performance.now() - began) / 1_000;
}

function report(what: string, took: number[]): void {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (part: number) => sorted.at(Math.ceil(part * sorted.length) - 1)?.toFixed(1);
  process.stderr.write(`  ${took.length} times ${what} damaged: healed within ${at(0.5)} s (half), ${at(1)} s (all)\n`);
}

/** The Lease knows the newest transaction. What lacks less than a renewal, the election cannot tell from what lacks nothing. */
const noted = (pod: LeasePod) =>
  waitFor('the newest transaction in the Lease', async () => {
    const newest = readdirSync(join(pod.data, 'dbs/test.db/ltx')).sort().at(-1)?.slice(17, 33);
    return (await cluster.lease()).metadata.annotations['liteset.dev/positions']?.includes(`"${newest}/`);
  });

function keepOlder(): void {
  for (const pod of cluster.pods) {
    const older = join(cluster.directory, `${pod.name}-older`);
    rmSync(older, { recursive: true, force: true });
    cpSync(pod.data, older, { recursive: true });
  }
}

test(
  `one damaged volume of three: the pod comes back by itself, and nothing is lost: ${SEEDS.length} seeds`,
  async () => {
    const took: number[] = [];
    for (const seed of SEEDS) {
      const random = new Random(seed);
      await write();
      await all();
      keepOlder();
      const primary = await cluster.primary();
      // Each third time the primary, whose successor has to be elected first.
      const pod =
        seed % 3 === 0 ? primary : (cluster.pods.filter((one) => one !== primary)[random.below(2)] as LeasePod);
      for (let rows = 0; rows < 5; rows++) await write();
      await all();
      await pod.killLitefs();
      const did = damage(pod, random);
      await write();
      pod.startLitefs();
      took.push(await healed(seed, did));
    }
    report('one volume of three', took);
  },
  TIMEOUTS.TEST + SEEDS.length * 20_000,
);

test(
  `one good copy of three, and no pod runs: it wins, and the others come back by themselves: ${SEEDS_OF_TWO.length} seeds`,
  async () => {
    const took: number[] = [];
    for (const seed of SEEDS_OF_TWO) {
      const random = new Random(1_000 + seed);
      await write();
      await all();
      keepOlder();
      for (let rows = 0; rows < 5; rows++) await write();
      await all();
      const good = cluster.pods[(seed - 1) % cluster.pods.length] as LeasePod;
      await noted(good);
      await Promise.all(cluster.pods.map((pod) => pod.killLitefs()));
      const did = cluster.pods.filter((pod) => pod !== good).map((pod) => damage(pod, random));
      for (const pod of cluster.pods) pod.startLitefs();
      took.push(await healed(seed, did.join('; ')));
    }
    report('two volumes of three', took);
  },
  TIMEOUTS.TEST + SEEDS_OF_TWO.length * 60_000,
);

test(
  'a damaged volume that is ahead of the primary is not given up by itself',
  async () => {
    const [ahead, ...others] = [await cluster.primary(), ...cluster.pods].filter(
      (pod, i, all) => all.indexOf(pod) === i,
    );
    await Promise.all(others.map((pod) => pod.killLitefs()));
    await cluster.write([ahead as LeasePod]);
    await ahead?.killLitefs();
    const ltx = join((ahead as LeasePod).data, 'dbs/test.db/ltx');
    truncateSync(join(ltx, readdirSync(ltx).sort().at(-1) ?? ''), 150);
    const said = ahead?.litefs.output.length;
    ahead?.startLitefs();
    const waits = () => ahead?.litefs.output.slice(said).includes('VolumeWaits: test.db on this pod');
    await waitFor('the pod to wait', waits, TIMEOUTS.PRIMARY);
    for (const pod of others) pod.startLitefs();
    // After the grace, one that is behind may win. The volume is kept, with what only it has.
    await cluster.primary();
    await waitFor('the reason', () =>
      /the primary's copy ends at TXID \w+, this one at/.test(ahead?.litefs.output ?? ''),
    );
    expect(readdirSync(ltx).length).toBeGreaterThan(1);
  },
  TIMEOUTS.TEST,
);
