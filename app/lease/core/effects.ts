import type { Survey } from './freshness.ts';
import type { Known, LeaseRecord } from './record.ts';

/** What the core wants done. It does nothing itself, so that a test can be its whole world. */
export type Effect =
  /** Read the Lease; give up after `ms`. */
  | { readonly do: 'read'; readonly ms: number }
  /** Write it if it still has this version; give up after `ms`. `acquires`: the lease changes hands. */
  | {
      readonly do: 'write';
      readonly record: LeaseRecord;
      readonly version: string;
      readonly acquires: boolean;
      readonly ms: number;
    }
  /** Make the Lease, empty, if there is none; give up after `ms`. The answer is the Lease as it then is. */
  | { readonly do: 'make'; readonly ms: number }
  /** Ask this pod's LiteFS and its peers for their positions; give up after `ms`. */
  | { readonly do: 'survey'; readonly ms: number }
  /** Ask this pod's LiteFS for its cluster's identity. */
  | { readonly do: 'identify' }
  /** See whether anything listens on the port of this pod's LiteFS. */
  | { readonly do: 'probe' }
  /** Let time pass. */
  | { readonly do: 'wait'; readonly ms: number };

/** What came of it. */
export type Answer =
  | { readonly kind: 'lease'; readonly known: Known }
  /** There is no such Lease. */
  | { readonly kind: 'missing' }
  /** The Lease has another version by now; nothing was written. */
  | { readonly kind: 'conflict' }
  /** No answer, or not one that says what happened: a write may have been applied, or may still be. */
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** How long the API server asks to be left alone, in milliseconds. */
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'survey'; readonly survey: Survey }
  /** Empty if it has none; undefined if it does not answer. */
  | { readonly kind: 'identity'; readonly clusterId: string | undefined }
  | { readonly kind: 'probe'; readonly listening: boolean }
  | { readonly kind: 'waited' };

/** An answer, and when, on this pod's monotonic clock in milliseconds, the call was sent and the answer was there. */
export interface Outcome {
  readonly sentAt: number;
  readonly at: number;
  readonly answer: Answer;
}

/** A step of work that asks for effects and ends with a result. */
export type Op<T> = Generator<Effect, T, Outcome>;
