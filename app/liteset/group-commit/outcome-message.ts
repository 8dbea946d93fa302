import { Problem } from '../problem/problem.ts';
import type { Outcome } from './group.ts';
import type { OutcomeMessage, ProblemMessage } from './protocol.ts';

/** Puts an outcome into a message; `explain` says what is told instead of its error. */
export function toMessage(outcome: Outcome, explain: (error: unknown) => unknown): OutcomeMessage {
  if ('value' in outcome) return outcome;
  const error = explain(outcome.error) as Error & { code?: string };
  const { message, code } = error;
  const problem = error instanceof Problem ? problemMessage(error) : undefined;
  return { message, code, problem };
}

/** Takes it out again. A problem is one again, an error of SQLite has its code. */
export function fromMessage(sent: OutcomeMessage): Outcome {
  if ('value' in sent) return sent;
  const { message, code, problem } = sent;
  if (problem) return { error: new Problem(problem.kind, message, problem) };
  return { error: Object.assign(new Error(message), code === undefined ? {} : { code }) };
}

const problemMessage = ({ kind, extensions, headers }: Problem): ProblemMessage => ({ kind, extensions, headers });
