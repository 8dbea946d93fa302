/** `done`: acknowledged. `refused`: the service says that nothing was done. `unknown`: all else, such as no answer. */
export type Outcome = 'done' | 'refused' | 'unknown';

/** One request of a session, which sends its next when it has its answer. Times are monotonic, in milliseconds. */
export interface Operation {
  readonly kind: 'write' | 'read';
  /** Whose token goes from one request to the next; none if no token goes along. */
  readonly session: string | undefined;
  /** Unique mark that a write leaves in the database; that of the session's last acknowledged write in a read. */
  readonly mark: string;
  readonly sent: number;
  readonly answered: number;
  readonly outcome: Outcome;
  /** The pod that answered, and the TXID that its answer covers. */
  readonly pod: string;
  readonly txid: string;
  /** Number of what was written. */
  readonly id?: number;
  /** Whether a read found what it asked for. */
  readonly found?: boolean;
  /** Whether a read says that it shows what too few replicas have: its session was told that it may be taken back. */
  readonly mayGo?: boolean;
  /** Whether a refusal says when to come back. */
  readonly retryLater?: boolean;
  /** How often it was sent, with the same Idempotency-Key. */
  readonly attempts: number;
  /** Whether the answer is that of an earlier attempt, given again. */
  readonly replayed: boolean;
  /** Status and what was said, for people. */
  readonly said: string;
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

  /** Numbers of what was acknowledged. */
  get acknowledged(): number[] {
    return this.writes('done').flatMap(({ id }) => id ?? []);
  }

  /** Writes that were not acknowledged the first time they were sent, in words. */
  get unsuccessful(): string[] {
    const again = this.writes('done').filter(({ attempts }) => attempts > 1);
    return [...this.writes('refused'), ...this.writes('unknown'), ...again].map(inWords);
  }

  /** Reads that were not answered, in words. `strangers` are those without a token. */
  failedReads(strangers: boolean): string[] {
    const reads = this.operations.filter(
      ({ kind, session }) => kind === 'read' && (session === undefined) === strangers,
    );
    return reads.filter(({ outcome }) => outcome !== 'done').map(inWords);
  }
}

/** An operation in words. */
export const inWords = ({ kind, mark, pod, txid, sent, answered, attempts, said }: Operation): string => {
  const times = `${Math.round(sent)}-${Math.round(answered)} ms`;
  return `${kind} ${mark} by ${pod} at ${txid} (${times}, ${attempts} attempts: ${said})`;
};
