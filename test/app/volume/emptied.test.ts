import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../lib/wait-for.ts';
import { LeaseCluster } from '../lease/rig/lease-cluster.ts';
import type { LeasePod } from '../lease/rig/lease-pod.ts';
import { TIMEOUTS } from '../lease/rig/timeouts.ts';

const cluster = new LeaseCluster({ static: true, scrubRate: 2 ** 24 });
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);

/** What docs/how-to/runbooks/volume.md says: the copy comes into its place at once. */
function replaceBy(copy: string, data: string): void {
  const dbs = join(data, 'dbs');
  if (existsSync(dbs)) renameSync(dbs, join(data, 'damaged'));
  cpSync(copy, join(data, 'copy/dbs'), { recursive: true });
  renameSync(join(data, 'copy/dbs'), dbs);
}

test.each([
  ['are gone', (dbs: string) => rmSync(dbs, { recursive: true })],
  ['are damaged', (dbs: string) => rmSync(join(dbs, 'test.db/ltx'), { recursive: true })],
])(
  'a static primary whose databases %s does not take those of the replicas away, and goes on with a copy of one',
  async (_what, damage) => {
    const [primary, replica] = cluster.pods as [LeasePod, LeasePod];
    for (let rows = 0; rows < 5; rows++) await cluster.write();
    await cluster.settled();
    const rows = await replica.rows();
    await waitFor('a note of the database', () => existsSync(join(primary.data, 'seen/test.db')));
    await primary.killLitefs();
    damage(join(primary.data, 'dbs'));
    const before = primary.litefs.output.length;
    const said = () => primary.litefs.output.slice(before);
    primary.startLitefs();
    await waitFor('the pod to wait', () => said().includes('VolumeWaits: test.db on this pod'));
    expect(said()).not.toContain('LiteFS v');
    replaceBy(join(replica.data, 'dbs'), primary.data);
    await cluster.settled();
    expect((await replica.rows()).slice(0, rows.length)).toEqual(rows);
  },
  TIMEOUTS.TEST,
);
