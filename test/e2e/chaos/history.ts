import type { Answer } from '../cluster/http.ts';

/** `done`: acknowledged. `refused`: the service says that nothing was done. `unknown`: all else, such as no answer. */
export type Outcome = 'done' | 'refused' | 'unknown';

/** One request of a session, which sends its next when it has its answer. Times are monotonic, in milliseconds. */
export interface Operation {
  readonly kind: 'write' | 'read';
  readonly session: string;
  /** Unique mark that a write leaves in the database; that of the session's last acknowledged write in a read. */
  readonly mark: string;
  readonly sent: number;
  readonly answered: number;
  readonly outcome: Outcome;
  /** The pod that answered, and the TXID that its answer covers. */
  readonly pod: string;
  readonly txid: string;
  /** Whether a read found what it asked for. */
  readonly found?: boolean;
  /** Whether a read says that it shows what too few replicas have: its session was told that it may be taken back. */
  readonly mayGo?: boolean;
  /** How often it was sent, with the same Idempotency-Key. */
  readonly attempts: number;
  /** Whether the answer is that of an earlier attempt, given again. */
  readonly replayed: boolean;
  /** Status and what was said, for people. */
  readonly said: string;
}

const PROBLEM = 'urn:liteset:problem:';
/** What may have been done though it is not acknowledged. */
const DONE_PERHAPS = ['not-replicated', 'answer-lost', 'outcome-unknown'].map((name) => `${PROBLEM}${name}`);

/** What became of a write. Only the service's own word says that nothing was written; a proxy's says nothing. */
export function outcomeOfWrite({ status, text }: Answer): Outcome {
  if (status === 201) return 'done';
  const isOurs = text.includes(PROBLEM) && !DONE_PERHAPS.some((type) => text.includes(type));
  return isOurs && (status === 503 || (status >= 400 && status < 500)) ? 'refused' : 'unknown';
}

/** All that happened under a load, in the order of the answers. */
export class History {
  readonly operations: Operation[] = [];

  add(operation: Operation): void {
    this.operations.push(operation);
  }

  writes(outcome: Outcome): Operation[] {
    return this.operations.filter((it) => it.kind === 'write' && it.outcome === outcome);
  }
}
