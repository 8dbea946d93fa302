import { resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import type { LitefsPod } from '../rig/litefs-pod.ts';
import { MovableCluster } from '../rig/movable-cluster.ts';

/** The whole service on two real LiteFS. */
const cluster = new MovableCluster();
beforeAll(() => cluster.start(2, {}, { program: resolve('test/app/invoices/rig/on-address.ts') }), TIMEOUTS.LITEFS);
afterAll(() => cluster.stop(), TIMEOUTS.LITEFS);

const standstill = async ({ url }: LitefsPod): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^liteset_standstill_seconds (\S+)$/m.exec(text)?.[1]);
};
const write = async ({ url }: LitefsPod): Promise<number> => {
  const body = JSON.stringify({ customerId: 1, lines: [{ trackId: 1, quantity: 1 }] });
  return (await fetch(`${url}/api/invoices`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }))
    .status;
};

test(
  'a replica says how long a person has held it up, and moves again when the transaction ends',
  async () => {
    const { pod: primary, others } = await cluster.settled(1);
    const [replica] = others as [LitefsPod];
    const person = new BetterSqlite3(replica.database, { readonly: true });
    try {
      person.exec('BEGIN; SELECT count(*) FROM Invoice');
      expect(await standstill(replica)).toBe(0);
      expect(await write(primary)).toBe(201);
      const before = await waitFor('it to be told', async () => (await standstill(replica)) || undefined);
      // More writes do not make it move.
      expect(await write(primary)).toBe(201);
      await waitFor('it to grow', async () => (await standstill(replica)) > before + 2.5);
      expect(await standstill(primary)).toBe(0);
    } finally {
      person.close();
    }
    await cluster.level();
    await waitFor('it to move again', async () => (await standstill(replica)) === 0);
  },
  TIMEOUTS.STORY,
);
