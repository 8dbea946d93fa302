import { ask } from '../cluster/http.ts';
import { podNames } from '../cluster/pods.ts';
import { INGRESS, invoices, upgrade } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';

const host = 'gateway.e2e.test';

/** The other way in beside the Ingress. */
export function gatewayStory(): void {
  describe('the Gateway API', () => {
    story('leads to all pods by an HTTPRoute, for a host name of its own', invoices, async (step) => {
      const through = { url: INGRESS, host };
      // The route's rules are the default; the Gateway is the one of hack/cluster/manifests/traefik.yaml.
      const parent = ['name=traefik', 'namespace=traefik', 'sectionName=http'].map(
        (it) => `httpRoute.parentRefs[0].${it}`,
      );
      try {
        await step('switch it on', () =>
          upgrade(invoices, 'httpRoute.enabled=true', `httpRoute.hostnames={${host}}`, ...parent),
        );
        await step('every pod answers through it', async () => {
          const missing = new Set(await podNames(invoices));
          await until('an answer from each pod', 'ROUTE', async () => {
            const { status, pod } = await ask(through, '/api/invoices?limit=1');
            if (status === 200) missing.delete(pod);
            if (missing.size > 0) throw new Error(`the last answer was ${status}, none came from ${[...missing]}`);
            return true;
          });
        });
      } finally {
        await step('switch it off', () => upgrade(invoices, 'httpRoute.enabled=false'));
      }
    });
  });
}
