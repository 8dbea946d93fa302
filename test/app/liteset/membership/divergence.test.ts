import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { counters, MovableCluster } from '../rig/movable-cluster.ts';

/** A primary that wrote what no replica had when it lost the lease, and comes back as a replica. */
let cluster: MovableCluster;
let kept: string;

beforeEach(async () => {
  cluster = new MovableCluster();
  kept = mkdtempSync(join(tmpdir(), 'liteset-kept-'));
  await cluster.start(2, { KEEP: kept }, { withLinks: true });
}, TIMEOUTS.LITEFS);
afterEach(async () => {
  await cluster.stop();
  rmSync(kept, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

/** Whoever only counts transactions takes as many as are lost for those, and one more for the next. */
test.each([
  ['as many', 3],
  ['one more', 4],
])(
  'a pod that comes back with transactions of its own resynchronises, says which were discarded, and keeps their files: the new primary has written %s',
  async (_what, count) => {
    const { pod: old, others } = await cluster.settled(1);
    const [successor] = others;
    if (!successor) throw new Error('no replica');
    const write = async (pod: typeof old, text: string) => {
      const answer = await fetch(`${pod.url}/rows`, { method: 'POST', body: text });
      expect(answer.status).toBe(201);
      return answer.headers.get('Liteset-Position') ?? '';
    };
    await write(old, 'common');
    await cluster.level();
    cluster.link(old).pause();
    const lost = [await write(old, 'lost 1'), await write(old, 'lost 2'), await write(old, 'lost 3')];
    cluster.bar(old);
    cluster.link(old).cut();
    cluster.link(successor).pause();
    await waitFor('the other pod to take over', async () => (await cluster.primary()).pod === successor);
    const written = Array.from({ length: count }, (_one, i) => `new ${i}`);
    for (const text of written) await write(successor, text);
    cluster.link(successor).resume();
    await waitFor('the old pod to say what it lost', async () => (await counters(old)).discardedTransactions === 3);

    expect(old.output).toContain(`3 transactions of this pod are not in the primary's history`);
    expect(old.output).toContain(`TXID ${lost[0]} to ${lost[2]}`);
    const [folder, ...more] = readdirSync(kept);
    expect(more).toEqual([]);
    const files = readdirSync(join(kept, folder ?? ''));
    expect(files.sort()).toEqual(lost.map((txid) => `${txid}-${txid}.ltx`));
    for (const file of files)
      expect(
        readFileSync(join(kept, folder ?? '', file))
          .subarray(0, 4)
          .toString(),
      ).toBe('LTX1');
    await cluster.level();
    const rows = async (pod: typeof old) => (await (await fetch(`${pod.url}/rows`)).json()) as string[];
    expect(await rows(old)).toEqual(['common', ...written]);
    expect(await rows(successor)).toEqual(await rows(old));
    expect(await rows(old)).not.toContain('lost 1');
    expect((await counters(successor)).discardedTransactions).toBe(0);
  },
  120_000,
);
