import type { ProblemType } from './problem.ts';

/** A kind of problem, with what a client does about it. docs/reference/problems.md is made from these. */
export interface ListedProblem extends ProblemType {
  readonly advice: string;
}

const kind = (name: string, status: number, title: string, advice: string): ListedProblem => ({
  type: `urn:liteset:problem:${name}`,
  status,
  title,
  advice,
});

const REPEAT = 'Repeat the request after `Retry-After`. Nothing was written.';
const REPEAT_READ = 'Repeat the read after `Retry-After`.';

/** Every problem that Liteset answers with. */
export const problems = {
  noPrimary: kind('no-primary', 503, 'No primary takes writes now', REPEAT),
  waitingRoomFull: kind('waiting-room-full', 503, 'Too many requests wait for a primary', REPEAT),
  bodyTooLarge: kind('body-too-large', 413, 'The body is too large', 'Send a smaller body, or raise the limit.'),
  bodyTooSlow: kind(
    'body-too-slow',
    408,
    'The body of the request did not come in time',
    'Send the request again. Nothing was written.',
  ),
  crossOrigin: kind(
    'cross-origin',
    403,
    'A page of another origin may not write here',
    'Send the request from a page of this host, or have the operator trust the origin: `trustedOrigins`.',
  ),
  writeQueueFull: kind('write-queue-full', 503, 'Too many writes wait for the database', REPEAT),
  readTooLong: kind(
    'read-too-long',
    503,
    'The read took too long and was cancelled',
    'Ask for less: a smaller page, or a narrower search.',
  ),
  tooManyLongReads: kind('too-many-long-reads', 503, 'Too many long reads wait', REPEAT_READ),
  tooFewReplicas: kind('too-few-replicas', 503, 'Too few replicas are connected to take a write', REPEAT),
  notReplicated: kind(
    'not-replicated',
    504,
    'The write was done, but may be lost',
    'Look whether the write is there before you repeat it. With an `Idempotency-Key`, repeat it.',
  ),
  unsettled: kind(
    'unsettled',
    504,
    'The request was executed, but LiteFS may not have what it wrote',
    'Look whether the write is there before you repeat it. With an `Idempotency-Key`, repeat it.',
  ),
  applicationAway: kind('application-away', 503, 'The application does not answer', REPEAT),
  readNotReplicated: kind('read-not-replicated', 503, 'The data that was read may be lost', REPEAT_READ),
  switchoverRefused: kind(
    'switchover-refused',
    409,
    'A switchover cannot begin now',
    'Read the `detail`: it says what to change.',
  ),
  switchoverFailed: kind(
    'switchover-failed',
    503,
    'The switchover failed',
    'Read the `detail`, and ask the pods who the primary is before you try again.',
  ),
  forbidden: kind(
    'forbidden',
    403,
    'Not allowed from outside the pod without a token',
    'Run `liteset-switchover` inside the pod, or send the token of `switchover.existingSecret`.',
  ),
  answerLost: kind(
    'answer-lost',
    503,
    'The answer of the primary was lost; the request may be sent again',
    'Repeat the request after `Retry-After`. To repeat it is safe, even if it was executed.',
  ),
  outcomeUnknown: kind(
    'outcome-unknown',
    502,
    'The answer of the primary was lost; the write may have happened',
    'Look whether the write is there before you repeat it.',
  ),
  rowConflict: kind(
    'row-conflict',
    409,
    'The write does not fit the rows that are there',
    'Read the `detail`: SQLite names the columns that have to be unique, or says that a reference leads nowhere.',
  ),
  ruleBroken: kind(
    'rule-broken',
    422,
    'A rule of the database forbids the write',
    'Mend the request: the `detail` has the words of the constraint or trigger.',
  ),
  valueTooLarge: kind('value-too-large', 413, 'A value is larger than SQLite takes', 'Send a smaller value.'),
  diskFull: kind(
    'disk-full',
    507,
    'The disk of the database is full',
    'Tell the operator. Nothing was written; reads go on.',
  ),
  databaseBusy: kind('database-busy', 503, 'The database is busy', 'Repeat the request after `Retry-After`.'),
  databaseDamaged: kind(
    'database-damaged',
    503,
    "This pod's copy of the database is damaged",
    'Repeat the request after `Retry-After`: another pod may answer. Tell the operator.',
  ),
  databaseFailing: kind(
    'database-failing',
    503,
    'The database cannot be read or written',
    'Look whether the write is there before you repeat it. Tell the operator.',
  ),
  replicaWrite: kind(
    'replica-write',
    503,
    'This pod is a replica and cannot write',
    'A handler wrote during a GET. Use POST, PUT, PATCH or DELETE, which are forwarded to the primary.',
  ),
  /** app/volume answers with it while neither LiteFS nor the application runs. */
  volumeWaits: kind(
    'volume-waits',
    503,
    'This pod waits for a person',
    'Ask another pod. The `detail` is for the operator: it says what is wrong with the volume of this pod.',
  ),
} as const satisfies Record<string, ListedProblem>;

/** What a client is told to do whose write may have been done. */
export const LOOK_FIRST = 'Look before you send it again, or send it with an Idempotency-Key.';

/** How soon a client may try again, in seconds. */
export const RETRY_AFTER = { 'Retry-After': '1' };
