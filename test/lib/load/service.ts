import type { Outcome } from './history.ts';

/** What a request came to. */
export interface Reply {
  readonly outcome: Outcome;
  /** The pod that answered, and the TXID that its answer covers; empty without an answer. */
  readonly pod: string;
  readonly txid: string;
  readonly token: string | undefined;
  /** Number of what was written. */
  readonly id?: number;
  /** Whether a read found what it asked for. */
  readonly found?: boolean;
  /** Whether a read says that it shows what may be taken back. */
  readonly mayGo?: boolean;
  /** Whether it is the answer to an earlier attempt, given again. */
  readonly replayed?: boolean;
  /** Whether a refusal says when to come back. */
  readonly retryLater?: boolean;
  /** Status and what was said, for people. */
  readonly said: string;
}

/** What a load writes to and reads from. Neither call throws. */
export interface Service {
  /** Writes something with a mark, by which it is found afterwards. */
  write(mark: string, token: string | undefined): Promise<Reply>;
  /** Reads what was written under a number, or anything. */
  read(id: number | undefined, token: string | undefined): Promise<Reply>;
}
