import type { ProblemType } from './problem.ts';

/** Every problem that Liteset answers with. */
export const problems = {
  noPrimary: {
    type: 'urn:liteset:problem:no-primary',
    status: 503,
    title: 'No primary takes writes now',
  },
  answerLost: {
    type: 'urn:liteset:problem:answer-lost',
    status: 503,
    title: 'The answer of the primary was lost; the request may be sent again',
  },
  outcomeUnknown: {
    type: 'urn:liteset:problem:outcome-unknown',
    status: 502,
    title: 'The answer of the primary was lost; the write may have happened',
  },
  replicaWrite: {
    type: 'urn:liteset:problem:replica-write',
    status: 503,
    title: 'This pod is a replica and cannot write',
  },
} as const satisfies Record<string, ProblemType>;

/** How soon a client may try again, in seconds. */
export const RETRY_AFTER = { 'Retry-After': '1' };
