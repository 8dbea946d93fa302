import type { ProblemType } from '../problem/problem.ts';

/** What `WriterThread` and `serveWrites` say to each other. */

/** A write by its name, and what it is given. */
export interface WriteCall {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** To the thread: where to count the groups that it begins; writes; or to close its connection and then set the flag. */
export type ToThread =
  | { readonly begun: Int32Array }
  | { readonly run: readonly WriteCall[] }
  | { readonly close: Int32Array };

/** From the thread: how the writes of a group ended, which are the first of those that had not. */
export interface FromThread {
  /** Its number, as it was counted. */
  readonly group: number;
  readonly outcomes: readonly OutcomeMessage[];
}

/** An outcome as a message carries it: of an error, what is cloned keeps neither its class nor its code. */
export type OutcomeMessage =
  | { readonly value: unknown }
  | { readonly message: string; readonly code: string | undefined; readonly problem: ProblemMessage | undefined };

/** What makes a problem, beside its message. */
export interface ProblemMessage {
  readonly kind: ProblemType;
  readonly extensions: Record<string, unknown>;
  readonly headers: Record<string, string>;
}
