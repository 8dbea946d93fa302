import { askLitefs } from '../../../app/liteset/litefs/client.ts';
import { podNames, withPods } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { timeout } from '../cluster/timeouts.ts';
import { until } from '../cluster/until.ts';

/**
 * Waits until the copies of all databases are the same on all pods, by LiteFS's own word, and returns their positions. An application may
 * write by itself all the time: it may take some looks.
 */
export async function allCopiesAreEqual(release: Release): Promise<string> {
  const names = await podNames(release);
  const positions = async (url: string) => JSON.stringify((await askLitefs(url, timeout('QUESTION')))?.positions);
  return withPods(
    release,
    names,
    (at) =>
      until(`equal copies on all pods of ${release.name}`, 'REPLICATED', async () => {
        const all = await Promise.all(names.map((pod) => positions(at(pod).url)));
        if (new Set(all).size !== 1) throw new Error(names.map((pod, index) => `${pod} ${all[index]}`).join(', '));
        return all[0] ?? '';
      }),
    20202,
  );
}
