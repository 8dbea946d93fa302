import { check, NO_OFFENCES } from '../../lib/load/check.ts';
import { longestGap } from '../../lib/load/gaps.ts';
import type { History } from '../../lib/load/history.ts';
import { Load } from '../../lib/load/load.ts';
import { copiesAreEqual } from '../assertions/copies.ts';
import { anOrder } from '../assertions/invoices.ts';
import { podsReady, primary, sql } from '../cluster/pods.ts';
import type { ApplicationUnderLoad, Release } from '../cluster/release.ts';
import type { Step } from '../cluster/story.ts';
import { timeout } from '../cluster/timeouts.ts';
import { until } from '../cluster/until.ts';
import { invoiceService } from '../load/invoice-service.ts';

/** What a story does while the release is in use. `load.acknowledges()` waits until writes work. */
export type Work = (load: Load) => Promise<unknown>;

/** Sessions that write and read what they wrote, and sessions that only read; a write of unknown outcome is sent again. */
export async function startChaosLoad(release: Release): Promise<Load> {
  const service = await applicationOf(release).service(release);
  return new Load(service, { writers: 3, readers: 2, repeats: 2, patienceMs: timeout('NEW_PRIMARY') });
}

/**
 * Does something to a release that is written and read meanwhile, and then judges the history of all requests: all pods
 * must come to the same copy, and nothing may contradict the guarantees. Returns the history.
 */
export async function underChaos(release: Release, step: Step, what: string, work: Work): Promise<History> {
  await step('three pods are Ready before', () => podsReady(release, 3));
  const load = await startChaosLoad(release);
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
    await applicationOf(release).copiesAreEqual(release);
  });
  const offences = await step('the history is right', async () =>
    check(history.operations, await applicationOf(release).marks(release, load)),
  );
  const count = (outcome: 'done' | 'refused' | 'unknown') => history.writes(outcome).length;
  const again = history.writes('done').filter(({ attempts }) => attempts > 1).length;
  const numbers = Object.entries(offences).map(([name, all]) => `${all.length} ${name}`);
  process.stderr.write(
    `${what}: ${((performance.now() - began) / 1_000).toFixed(0)} s, ${count('done')} writes acknowledged (${again} when sent again), ${count('refused')} refused, ` +
      `${count('unknown')} unknown; longest gap ${Math.round(longestGap(history))} ms; ${numbers.join(', ')}\n`,
  );
  expect(offences).toEqual(NO_OFFENCES);
  return history;
}

type Judged = Omit<ApplicationUnderLoad, 'process'>;

const invoices: Judged = {
  service: async ({ ingress }) => invoiceService(ingress, await anOrder(ingress)),
  marks,
  copiesAreEqual,
};
const applicationOf = (release: Release): Judged => release.application?.underLoad ?? invoices;

/** The marks of a load in the database; they are taken out of it. */
export async function marks(release: Release, { prefix }: Load): Promise<string[]> {
  const ours = `BillingAddress LIKE '${prefix}%'`;
  const found = await sql(release, await primary(release), `SELECT BillingAddress FROM Invoice WHERE ${ours}`);
  await until('the writes of the load to be deleted', 'NEW_PRIMARY', async () => {
    const lines = `DELETE FROM InvoiceLine WHERE InvoiceId IN (SELECT InvoiceId FROM Invoice WHERE ${ours})`;
    // Asked each time: on a busy machine the pod may be the primary no more.
    await sql(release, await primary(release), `BEGIN IMMEDIATE; ${lines}; DELETE FROM Invoice WHERE ${ours}; COMMIT;`);
    return true;
  });
  return found.split('\n').filter(Boolean);
}
