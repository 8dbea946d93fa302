import { exec, podNames, sql } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { until } from '../cluster/until.ts';

/** Position of a pod's own copy: TXID and checksum of the whole database. Equal positions are equal databases. */
export const position = async (release: Release, pod: string): Promise<string> =>
  (await exec(release, pod, ['cat', '/litefs/invoices.db-pos'])).trim();

/** Waits until the copies of all pods are the same, and returns their position. */
export const copiesAreEqual = (release: Release): Promise<string> =>
  until(`equal copies on all pods of ${release.name}`, 'REPLICATED', async () => {
    const names = await podNames(release);
    const all = await Promise.all(names.map((pod) => position(release, pod)));
    if (new Set(all).size !== 1) throw new Error(names.map((pod, index) => `${pod} ${all[index]}`).join(', '));
    return all[0];
  });

/** Which of the invoices are missing in the pod's own copy. */
export async function missing(release: Release, pod: string, ids: readonly number[]): Promise<number[]> {
  const wanted = `json_each('${JSON.stringify(ids)}')`;
  const text = await sql(
    release,
    pod,
    `SELECT value FROM ${wanted} WHERE value NOT IN (SELECT InvoiceId FROM Invoice)`,
  );
  return text.split('\n').filter(Boolean).map(Number);
}

/** Waits until all copies are equal, sound, and hold the invoices. */
export async function nothingIsMissing(release: Release, ids: readonly number[]): Promise<void> {
  await copiesAreEqual(release);
  for (const pod of await podNames(release)) {
    expect({ pod, missing: await missing(release, pod, ids) }).toEqual({ pod, missing: [] });
    expect({ pod, check: await sql(release, pod, 'PRAGMA quick_check') }).toEqual({ pod, check: 'ok' });
  }
}
