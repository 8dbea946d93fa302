import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../lib/wait-for.ts';
import { LeaseCluster } from '../lease/rig/lease-cluster.ts';
import type { LeasePod } from '../lease/rig/lease-pod.ts';
import { TIMEOUTS } from '../lease/rig/timeouts.ts';

const cluster = new LeaseCluster({ static: true, scrubRate: 2 ** 24 });
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);

test(
  'a static primary whose databases are gone does not take those of the replicas away, and goes on with a copy of one',
  async () => {
    const [primary, replica] = cluster.pods as [LeasePod, LeasePod];
    for (let rows = 0; rows < 5; rows++) await cluster.write();
    await cluster.settled();
    const rows = await replica.rows();
    await waitFor('a note of the database', () => existsSync(join(primary.data, 'seen/test.db')));
    await primary.killLitefs();
    const dbs = join(primary.data, 'dbs');
    rmSync(dbs, { recursive: true });
    const before = primary.litefs.output.length;
    const says = (text: string) => () => primary.litefs.output.slice(before).includes(text);
    primary.startLitefs();
    await waitFor('the pod to wait', says('VolumeWaits: test.db on this pod'));
    expect(primary.litefs.output.slice(before)).not.toContain('LiteFS v');
    // What docs/how-to/runbooks/volume.md says.
    cpSync(join(replica.data, 'dbs'), dbs, { recursive: true });
    await cluster.settled();
    expect((await replica.rows()).slice(0, rows.length)).toEqual(rows);
  },
  TIMEOUTS.TEST,
);
