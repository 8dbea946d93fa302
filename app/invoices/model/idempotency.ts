import { createHash } from 'node:crypto';
import { Problem } from '../../liteset/problem/problem.ts';
import type { Database } from '../database/database.ts';
import { problems } from '../errors.ts';

/** How long an answer is kept for its key, in seconds. */
const KEPT_SECONDS = 24 * 60 * 60;
/** How many old answers one write takes with it, so that the table stays small without a sweeper. */
const SWEEP = 10;

/** The statements of this file. */
export const idempotencySql = {
  find: 'SELECT RequestHash, Answer FROM liteset_Idempotency WHERE Key = +?',
  keep: 'INSERT INTO liteset_Idempotency (Key, RequestHash, Answer, CreatedAt) VALUES (?, ?, ?, unixepoch())',
  sweep: `DELETE FROM liteset_Idempotency WHERE Key IN (SELECT Key FROM liteset_Idempotency
    WHERE CreatedAt < unixepoch() - ${KEPT_SECONDS} ORDER BY CreatedAt LIMIT ${SWEEP})`,
} as const;

/** What a request was answered, also as JSON, and whether that was an earlier one with the same key. */
interface Once<Answer> {
  answer: Answer;
  json: string;
  replayed: boolean;
}

/** Checks an Idempotency-Key: 1 to 255 visible ASCII signs. Throws the problem `bad-idempotency-key`. */
export function checkKey(key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Problem(problems.badIdempotencyKey, 'An Idempotency-Key is 1 to 255 visible ASCII characters.');
}

/**
 * Does a write once for each key: the answer is kept in the same transaction as the write, so that a repeated request
 * gets it again and a failed one leaves nothing. The same key with another request is the problem
 * `idempotency-conflict`. Without a key the write is just done.
 */
export function once<Answer>(
  database: Database,
  key: string | undefined,
  request: unknown,
  work: () => Answer,
): Once<Answer> {
  if (key === undefined) return first(work());
  const hash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  return database.write(() => {
    const kept = database.statement<{ RequestHash: string; Answer: string }>(idempotencySql.find).get(key);
    if (kept && kept.RequestHash !== hash) {
      throw new Problem(problems.idempotencyConflict, 'Use a new key for a new request.');
    }
    if (kept) return { answer: JSON.parse(kept.Answer) as Answer, json: kept.Answer, replayed: true };
    const done = first(work());
    database.statement(idempotencySql.sweep).run();
    database.statement(idempotencySql.keep).run(key, hash, done.json);
    return done;
  });
}

const first = <Answer>(answer: Answer): Once<Answer> => ({ answer, json: JSON.stringify(answer), replayed: false });
