import { copiesAreEqual } from '../assertions/copies.ts';
import { anOrder } from '../assertions/invoices.ts';
import { podsReady, primary, sql } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import type { Step } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { check } from './check.ts';
import { longestGap } from './gaps.ts';
import type { History } from './history.ts';
import { ChaosLoad } from './load.ts';

/** What a story does while the release is in use. `load.acknowledges()` waits until writes work. */
export type Work = (load: ChaosLoad) => Promise<unknown>;

/**
 * Does something to a release that is written and read meanwhile, and then judges the history of all requests: all pods
 * must come to the same copy, and nothing may contradict the guarantees. Returns the history.
 */
export async function underChaos(release: Release, step: Step, what: string, work: Work): Promise<History> {
  await step('three pods are Ready before', () => podsReady(release, 3));
  const load = new ChaosLoad(release, await anOrder(release.ingress));
  const { history } = load;
  const began = performance.now();
  try {
    await step('writes are acknowledged before', () => load.acknowledges());
    await work(load);
    await step('writes are acknowledged after', () => load.acknowledges());
  } finally {
    await load.stop();
  }
  await step('all pods are Ready and have the same copy', async () => {
    await podsReady(release, 3);
    await copiesAreEqual(release);
  });
  const offences = await step('the history is right', async () =>
    check(history.operations, await marks(release, load)),
  );
  const count = (outcome: 'done' | 'refused' | 'unknown') => history.writes(outcome).length;
  const again = history.writes('done').filter(({ attempts }) => attempts > 1).length;
  const numbers = Object.entries(offences).map(([name, all]) => `${all.length} ${name}`);
  process.stderr.write(
    `${what}: ${((performance.now() - began) / 1_000).toFixed(0)} s, ${count('done')} writes acknowledged (${again} when sent again), ${count('refused')} refused, ` +
      `${count('unknown')} unknown; longest gap ${Math.round(longestGap(history))} ms; ${numbers.join(', ')}\n`,
  );
  expect(offences).toEqual({ lost: [], duplicated: [], refusedButDone: [], backwards: [], twoPrimaries: [] });
  return history;
}

/** Every write was acknowledged the first time it was sent. */
export function noneFailed(history: History): void {
  const again = history.writes('done').filter(({ attempts }) => attempts > 1);
  const failed = [...history.writes('refused'), ...history.writes('unknown'), ...again];
  expect(failed.map(({ mark, attempts, said }) => `${mark}: ${attempts} attempts, ${said}`)).toEqual([]);
}

/** The marks of a load in the database; they are taken out of it. */
export async function marks(release: Release, { prefix }: ChaosLoad): Promise<string[]> {
  const ours = `BillingAddress LIKE '${prefix}%'`;
  const leader = await primary(release);
  const found = await sql(release, leader, `SELECT BillingAddress FROM Invoice WHERE ${ours}`);
  await until('the writes of the load to be deleted', 'NEW_PRIMARY_AFTER_CRASH', async () => {
    const lines = `DELETE FROM InvoiceLine WHERE InvoiceId IN (SELECT InvoiceId FROM Invoice WHERE ${ours})`;
    await sql(release, leader, `BEGIN IMMEDIATE; ${lines}; DELETE FROM Invoice WHERE ${ours}; COMMIT;`);
    return true;
  });
  return found.split('\n').filter(Boolean);
}
