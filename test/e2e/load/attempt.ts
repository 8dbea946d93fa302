import type { Outcome } from '../../lib/load/history.ts';
import type { Reply } from '../../lib/load/service.ts';
import { type Answer, ask, type Endpoint, type Request } from '../cluster/http.ts';

const PROBLEM = 'urn:liteset:problem:';
/** What may have been done though it is not acknowledged. */
const DONE_PERHAPS = ['not-replicated', 'answer-lost', 'outcome-unknown', 'unsettled'].map(
  (name) => `${PROBLEM}${name}`,
);

/** What became of a write. Only Liteset's own word says that nothing was written; a proxy's says nothing. */
export function outcomeOfWrite({ status, text }: Answer): Outcome {
  if (status === 201) return 'done';
  const isOurs = text.includes(PROBLEM) && !DONE_PERHAPS.some((type) => text.includes(type));
  return isOurs && (status === 503 || (status >= 400 && status < 500)) ? 'refused' : 'unknown';
}

/** An answer as a load notes it. */
export const reply = ({ pod, position, token }: Answer, outcome: Outcome, said: string): Reply => ({
  ...{ outcome, pod, txid: position, token, said },
});

/** What a load notes where there is no answer. */
export const nothing = (said: string): Reply => ({ outcome: 'unknown', pod: '', txid: '', token: undefined, said });

/** Sends a request. Returns the answer, if there is one, and what was said, for people. */
export async function attempt(
  endpoint: Endpoint,
  path: string,
  request: Request,
): Promise<[Answer | undefined, string]> {
  try {
    const answer = await ask(endpoint, path, request);
    return [answer, answer.status < 300 ? `${answer.status}` : `${answer.status} ${answer.text.slice(0, 200)}`];
  } catch (error) {
    return [undefined, String(error)];
  }
}
