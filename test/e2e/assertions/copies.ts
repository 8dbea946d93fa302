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

/** Which of the invoices are missing in a pod's own copy, and what SQLite says of its soundness. */
async function look(release: Release, pod: string, ids: readonly number[]): Promise<object> {
  const wanted = `json_each('${JSON.stringify(ids)}')`;
  const lacking = `SELECT group_concat(value) FROM ${wanted} WHERE value NOT IN (SELECT InvoiceId FROM Invoice)`;
  const [missing, check] = (await sql(release, pod, `${lacking}; PRAGMA quick_check`)).split('\n');
  return { pod, missing, check };
}

/** Waits until all copies are equal, and expects them to be sound and to hold the invoices. Nobody may write meanwhile. */
export async function nothingIsMissing(release: Release, ids: readonly number[]): Promise<void> {
  await copiesAreEqual(release);
  const names = await podNames(release);
  const found = await Promise.all(names.map((pod) => look(release, pod, ids)));
  expect(found).toEqual(names.map((pod) => ({ pod, missing: '', check: 'ok' })));
}
