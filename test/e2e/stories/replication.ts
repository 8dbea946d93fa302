import { copiesAreEqual, nothingIsMissing } from '../assertions/copies.ts';
import { anOrder, leavingNoInvoices, write } from '../assertions/invoices.ts';
import { ask } from '../cluster/http.ts';
import { withoutReplication } from '../cluster/nodes.ts';
import { podNames, pods, podsReady, primary, replicas, sql, trySql, withPods } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';

/** What depends on who decides on the primary: there is one, and all pods follow it and send it their writes. */
export function leaseStories(release: Release): void {
  story('three pods are Ready, one is the primary, and all have the same copy', release, async (step) => {
    const names = await step('the pods get Ready', async () =>
      (await podsReady(release, 3)).map((it) => it.metadata.name),
    );
    await step('one of them is the primary', async () => expect(names).toContain(await primary(release)));
    await step('the copies are equal', () => copiesAreEqual(release));
  });

  story(
    'an invoice written through any pod is read at once through any other, and is on all pods',
    release,
    async (step) => {
      const order = await anOrder(release.ingress);
      const leader = await primary(release);
      await leavingNoInvoices(release, async () => {
        const names = await podNames(release);
        const ids = await withPods(release, names, (at) =>
          step('one invoice through each pod, which the primary writes and every pod shows', async () => {
            const written = await Promise.all(names.map((pod) => write(at(pod), order)));
            expect(written.map(({ answer }) => answer.pod)).toEqual(names.map(() => leader));
            for (const { id, token } of written) {
              const read = await Promise.all(names.map((pod) => ask(at(pod), `/api/invoices/${id}`, { token })));
              expect(read.map(({ status }) => status)).toEqual(names.map(() => 200));
            }
            return written.map(({ id }) => id);
          }),
        );
        expect(new Set(ids).size).toBe(names.length);
        await step('each is in the copy of each pod', () => nothingIsMissing(release, ids));
      });
    },
  );
}

/** How the copies of a release of three pods follow each other, whatever decides on the primary. */
export function replicationStories(release: Release): void {
  story(
    '300 reads through the Ingress reach every pod about equally, and all answer the same',
    release,
    async (step) => {
      const names = await podNames(release);
      const known = new Set<string>();
      // The controller takes up to two seconds to take in that a pod is Ready.
      await step('the ingress controller leads to every pod', () =>
        until('every pod to answer', 'ROUTE', async () => {
          known.add((await ask(release.ingress, '/api/invoices?limit=1')).pod);
          return known.size === names.length;
        }),
      );
      const answers = await step('300 reads, one after the other', async () => {
        const all = [];
        for (let i = 0; i < 300; i++) all.push(await ask(release.ingress, '/api/invoices?limit=20'));
        return all;
      });
      await step('each pod answered between 25 % and 42 % of them', () => {
        expect([...new Set(answers.map(({ pod }) => pod))].sort()).toEqual(names);
        for (const pod of names) {
          const share = answers.filter((answer) => answer.pod === pod).length / answers.length;
          expect(share).toBeGreaterThanOrEqual(0.25);
          expect(share).toBeLessThanOrEqual(0.42);
        }
      });
      await step('with the same answer', () => {
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
        expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      });
    },
  );

  story('a table made with sqlite3 on the primary appears on the replicas', release, async (step) => {
    const leader = await primary(release);
    try {
      await step('make and fill it', () =>
        sql(release, leader, 'CREATE TABLE e2e_Note (Text); INSERT INTO e2e_Note VALUES (42)'),
      );
      for (const pod of await replicas(release)) {
        await step(`it is on ${pod}`, () =>
          until('the table', 'REPLICATED', async () => (await sql(release, pod, 'SELECT Text FROM e2e_Note')) === '42'),
        );
      }
    } finally {
      await sql(release, leader, 'DROP TABLE IF EXISTS e2e_Note');
    }
  });

  story('sqlite3 on a replica reads but refuses to write', release, async (step) => {
    const before = await copiesAreEqual(release);
    for (const pod of await replicas(release)) {
      await step(`${pod} can be read`, async () =>
        expect(Number(await sql(release, pod, 'SELECT count(*) FROM Invoice'))).toBeGreaterThan(0),
      );
      await step(`${pod} cannot be written`, async () => {
        for (const statement of [
          'DELETE FROM InvoiceLine',
          'CREATE TABLE e2e_Never (Id)',
          'UPDATE Invoice SET Total = 0',
        ]) {
          const { code, stderr } = await trySql(release, pod, statement);
          expect(code).not.toBe(0);
          expect(stderr).toMatch(/disk I\/O error|readonly/);
        }
      });
    }
    await step('nothing has changed anywhere', async () => expect(await copiesAreEqual(release)).toBe(before));
  });

  story('with the token no read is stale: 500 pairs of a write and a read over random pods', release, async (step) => {
    const order = await anOrder(release.ingress);
    await leavingNoInvoices(release, async () => {
      const names = await podNames(release);
      const any = () => names[Math.floor(Math.random() * names.length)] ?? '';
      const stale = await withPods(release, names, (at) =>
        step('four clients, 125 pairs each', async () => {
          const client = async () => {
            const found: string[] = [];
            for (let i = 0; i < 125; i++) {
              const { id, token } = await write(at(any()), order);
              const reader = any();
              const { status } = await ask(at(reader), `/api/invoices/${id}`, { token });
              if (status !== 200) found.push(`${status} for invoice ${id} on ${reader}`);
            }
            return found;
          };
          return (await Promise.all(Array.from({ length: 4 }, client))).flat();
        }),
      );
      expect(stale).toEqual([]);
    });
  });

  story('without the token a read can be stale; with it, the same read is right', release, async (step) => {
    const order = await anOrder(release.ingress);
    const [leader, [behind = '']] = [await primary(release), await replicas(release)];
    const pod = (await pods(release)).find(({ metadata }) => metadata.name === behind);
    if (pod === undefined) throw new Error(`there is no pod ${behind}`);
    await leavingNoInvoices(release, () =>
      withPods(release, [leader, behind], async (at) => {
        const { id, token } = await withoutReplication(pod.spec.nodeName, pod.status.podIP, async () => {
          const written = await step(`write on ${leader} while ${behind} is cut off`, () => write(at(leader), order));
          const path = `/api/invoices/${written.id}`;
          await step(`${behind} does not have it`, async () =>
            expect(await ask(at(behind), path)).toMatchObject({ status: 404, pod: behind }),
          );
          await step('asked with the token, it has the primary answer', async () =>
            expect(await ask(at(behind), path, { token: written.token })).toMatchObject({ status: 200, pod: leader }),
          );
          return written;
        });
        await step(`no longer cut off, ${behind} answers by itself`, () =>
          until('the invoice', 'REPLICATED', async () => {
            const answer = await ask(at(behind), `/api/invoices/${id}`, { token });
            return answer.status === 200 && answer.pod === behind;
          }),
        );
      }),
    );
  });
}
