import BetterSqlite3 from 'better-sqlite3';
import { checksum } from '../backup/checksum.ts';
import { type Lineage, lineages, streaming } from '../backup/program.ts';
import { type Store, withRestored } from '../backup/store.ts';
import { podNames, primary } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { until } from '../cluster/until.ts';
import { copiesAreEqual } from './copies.ts';

/**
 * The store restores to exactly what the cluster has: stock Litestream gives back a database that has, page for page, the
 * checksum of all pods' copies at their transaction, and holds the invoices. Nobody may write meanwhile. Returns the
 * lineages of the store, the newest last.
 */
export async function storeEqualsCopies(
  release: Release,
  store: Store,
  acknowledged: readonly number[] = [],
): Promise<Lineage[]> {
  const [txid = '', wanted] = (await copiesAreEqual(release)).split('/');
  const all = await shipped(release, store, txid);
  await withRestored(store, { lineage: all.at(-1)?.lineage ?? '', txid }, (file) => {
    expect(checksum(file)).toBe(wanted);
    expect(missing(file, acknowledged)).toEqual([]);
  });
  return all;
}

/** Waits until the newest lineage ends with the transaction, and returns all lineages. */
const shipped = (release: Release, store: Store, txid: string): Promise<Lineage[]> =>
  until(`transaction ${txid} in the store`, 'SHIPPED', async () => {
    const [pod = ''] = await podNames(release);
    const all = await lineages(release, pod, store.url);
    if (all.at(-1)?.lastTxid !== txid) throw new Error(`the store has ${JSON.stringify(all)}`);
    return all;
  });

/** Which of the invoices are not in a database file. Fails if SQLite finds fault with the file. */
function missing(file: string, ids: readonly number[]): number[] {
  const database = new BetterSqlite3(file);
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    const there = new Set(database.prepare('SELECT InvoiceId FROM Invoice').pluck().all());
    return ids.filter((id) => !there.has(id));
  } finally {
    database.close();
  }
}

/** Waits until exactly one pod streams, the others not asked, and returns it. */
export const onePodStreams = (release: Release, ...others: string[]): Promise<string> =>
  until(`one pod that streams, other than ${others}`, 'BACKUP_TAKEOVER', async () => {
    const [pod, ...more] = await streaming(release, others);
    if (pod === undefined || more.length > 0) throw new Error(`these stream: ${[pod, ...more]}`);
    return pod;
  });

/** Waits until one pod streams and it is not the primary. */
export const aReplicaStreams = (release: Release): Promise<string> =>
  until('a replica that streams', 'BACKUP_TAKEOVER', async () => {
    const pod = await onePodStreams(release);
    if (pod === (await primary(release))) throw new Error(`${pod} is the primary`);
    return pod;
  });
