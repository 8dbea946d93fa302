import { copiesAreEqual } from '../assertions/copies.ts';
import { backUp, importInto, tryImport } from '../assertions/import.ts';
import { legacyDatabase } from '../assertions/legacy-database.ts';
import { ask, json } from '../cluster/http.ts';
import { podNames, primary, replicas, sql, withPods } from '../cluster/pods.ts';
import { invoices } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';

/** The documented way to bring a database along. */
export function importStories(): void {
  describe('bring your data', () => {
    story(
      'a file with a rollback journal and pages of 1024 bytes is imported by one command, and is on every pod',
      invoices,
      async (step) => {
        const leader = await primary(invoices);
        const [replica = ''] = await replicas(invoices);
        const before = await backUp(invoices);
        const { bytes, invoiceIds, company } = legacyDatabase();
        try {
          for (const through of [leader, replica]) {
            await step(`import it through ${through}`, () => importInto(invoices, through, bytes));
            await step('the copies are equal', () => copiesAreEqual(invoices));
            const names = await podNames(invoices);
            await step('each pod has its invoices and no others', async () => {
              const sorted = 'SELECT group_concat(InvoiceId) FROM (SELECT InvoiceId FROM Invoice ORDER BY 1)';
              const found = names.map((pod) => sql(invoices, pod, sorted));
              expect(await Promise.all(found)).toEqual(names.map(() => invoiceIds.join(',')));
            });
            await step('each pod answers with them', () =>
              withPods(invoices, names, async (at) => {
                for (const pod of names) {
                  const answer = await ask(at(pod), `/api/invoices?limit=200&q=${encodeURIComponent(company)}`);
                  expect(answer.pod).toBe(pod);
                  expect(json<{ items: object[] }>(answer).items).toHaveLength(invoiceIds.length);
                }
              }),
            );
          }
        } finally {
          await step('bring back what was there', () => importInto(invoices, leader, before));
        }
        await step('it is on all pods', () => copiesAreEqual(invoices));
      },
    );

    story(
      'what is no whole, sound database is refused with the reason, and nothing is touched',
      invoices,
      async (step) => {
        const { bytes } = legacyDatabase();
        const corrupt = Buffer.from(bytes);
        corrupt.fill(0x5a, 5 * 1024, 8 * 1024);
        const bad: [string, Buffer, RegExp][] = [
          ['text', Buffer.from('InvoiceId,Total\n1,0.99\n'.repeat(200)), /not a SQLite database/],
          ['nothing', Buffer.alloc(0), /empty/],
          ['a file cut in the middle', bytes.subarray(0, Math.floor(bytes.length / 2048) * 1024), /cut short/],
          ['a file cut within a page', bytes.subarray(0, bytes.length - 100), /cut short/],
          ['a file with damaged pages', corrupt, /corrupt/],
        ];
        const before = await copiesAreEqual(invoices);
        const [replica = ''] = await replicas(invoices);
        for (const pod of [await primary(invoices), replica]) {
          await step(`through ${pod}`, async () => {
            const outcomes = await Promise.all(bad.map(([, content]) => tryImport(invoices, pod, content)));
            expect(outcomes.map(({ code, stderr }, index) => ({ what: bad[index]?.[0], code, stderr }))).toEqual(
              bad.map(([what, , reason]) => ({ what, code: 1, stderr: expect.stringMatching(reason) })),
            );
          });
        }
        await step('the copies are what they were', async () => expect(await copiesAreEqual(invoices)).toBe(before));
      },
    );
  });
}
