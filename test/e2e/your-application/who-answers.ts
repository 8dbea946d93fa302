import { ask } from '../cluster/http.ts';
import type { Release } from '../cluster/release.ts';

/** How to ask for the primary of a release: the pod that answers at a path, since only the primary's application runs. */
export const whoAnswers =
  (path: string) =>
  async ({ ingress }: Release): Promise<string> => {
    const { status, pod, text } = await ask(ingress, path, { limit: 'QUESTION' });
    if (status !== 200) throw new Error(`${status} from ${pod}: ${text}`);
    return pod;
  };
