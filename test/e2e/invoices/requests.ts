import { badRequests } from '../assertions/bad-requests.ts';
import { copiesAreEqual } from '../assertions/copies.ts';
import { anOrder } from '../assertions/invoices.ts';
import { ask } from '../cluster/http.ts';
import { invoices } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';

/** What the service refuses, it refuses through the Ingress, too. */
export function requestStories(): void {
  describe('bad requests through the Ingress', () => {
    story('get the right 4xx as problem details from whichever pod, and write nothing', invoices, async (step) => {
      const order = await anOrder(invoices.ingress);
      const before = await copiesAreEqual(invoices);
      const pods = new Set<string>();
      await step('each is refused, three times in a row: once by each pod', async () => {
        for (const { what, path, request, expected } of badRequests(order)) {
          for (let i = 0; i < 3; i++) {
            const answer = await ask(invoices.ingress, path, request);
            pods.add(answer.pod);
            expect({ what, status: answer.status }).toEqual({ what, status: expected });
            expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
            expect(JSON.parse(answer.text)).toMatchObject({
              type: expect.stringMatching(/^urn:liteset:problem:/),
              status: expected,
            });
          }
        }
      });
      expect(pods.size).toBe(3);
      await step('the copies are what they were', async () => expect(await copiesAreEqual(invoices)).toBe(before));
    });
  });
}
