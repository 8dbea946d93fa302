import type { ProblemType } from './problem.ts';

/** Every problem that Liteset answers with. */
export const problems = {
  noPrimary: {
    type: 'urn:liteset:problem:no-primary',
    status: 503,
    title: 'No primary takes writes now',
  },
  waitingRoomFull: {
    type: 'urn:liteset:problem:waiting-room-full',
    status: 503,
    title: 'Too many requests wait for a primary',
  },
  writeQueueFull: {
    type: 'urn:liteset:problem:write-queue-full',
    status: 503,
    title: 'Too many writes wait for the database',
  },
  readTooLong: {
    type: 'urn:liteset:problem:read-too-long',
    status: 503,
    title: 'The read took too long and was ended',
  },
  tooManyLongReads: {
    type: 'urn:liteset:problem:too-many-long-reads',
    status: 503,
    title: 'Too many long reads wait',
  },
  tooFewReplicas: {
    type: 'urn:liteset:problem:too-few-replicas',
    status: 503,
    title: 'Too few replicas are there to take a write',
  },
  notReplicated: {
    type: 'urn:liteset:problem:not-replicated',
    status: 504,
    title: 'The write was done, but it is not certain to last; it may be lost',
  },
  readNotReplicated: {
    type: 'urn:liteset:problem:read-not-replicated',
    status: 503,
    title: 'What was read is not certain to last',
  },
  switchoverRefused: {
    type: 'urn:liteset:problem:switchover-refused',
    status: 409,
    title: 'A switchover cannot be begun now',
  },
  switchoverFailed: {
    type: 'urn:liteset:problem:switchover-failed',
    status: 503,
    title: 'The switchover did not succeed',
  },
  forbidden: {
    type: 'urn:liteset:problem:forbidden',
    status: 403,
    title: 'Only from within the pod, or with the token',
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

/** What a client is told to do whose write may have been done. */
export const LOOK_FIRST = 'Look before you send it again, or send it with an Idempotency-Key.';

/** How soon a client may try again, in seconds. */
export const RETRY_AFTER = { 'Retry-After': '1' };
