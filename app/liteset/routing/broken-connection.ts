import type { IncomingMessage } from 'node:http';
import { isRepeatable } from '../lib/repeatable.ts';
import { Problem } from '../problem/problem.ts';
import { problems, RETRY_AFTER } from '../problem/types.ts';

/** What to tell a client whose request was passed on through a connection that broke before the answer began. */
export function brokenConnection(req: IncomingMessage, to: 'primary' | 'application', cause: unknown): Problem {
  if (isRepeatable(req)) {
    const detail = `The connection to the ${to} broke before it answered.`;
    return new Problem(problems.answerLost, detail, { headers: RETRY_AFTER, cause });
  }
  const detail = `The connection to the ${to} broke after the request was sent. Look before you send it again.`;
  return new Problem(problems.outcomeUnknown, detail, { cause });
}
