import { Problem, type ProblemType } from '../problem/problem.ts';
import type { Outcome } from './group.ts';

/** An outcome as a message carries it: of an error, what is cloned keeps neither its class nor its code. */
export type OutcomeMessage =
  | { readonly value: unknown }
  | { readonly message: string; readonly code: string | undefined; readonly problem: ProblemParts | undefined };

interface ProblemParts {
  readonly kind: ProblemType;
  readonly extensions: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

/** Puts an outcome into a message; `explain` says what is told instead of its error. */
export function tell(outcome: Outcome, explain: (error: unknown) => unknown): OutcomeMessage {
  if ('value' in outcome) return outcome;
  const error = explain(outcome.error) as Error & { code?: string };
  const { message, code } = error;
  const problem = error instanceof Problem ? parts(error) : undefined;
  return { message, code, problem };
}

/** Takes it out again. A problem is one again, an error of SQLite has its code. */
export function understand(told: OutcomeMessage): Outcome {
  if ('value' in told) return told;
  const { message, code, problem } = told;
  if (problem) return { error: new Problem(problem.kind, message, problem) };
  return { error: Object.assign(new Error(message), code === undefined ? {} : { code }) };
}

const parts = ({ kind, extensions, headers }: Problem): ProblemParts => ({ kind, extensions, headers });
