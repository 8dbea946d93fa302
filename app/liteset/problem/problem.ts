import type { ServerResponse } from 'node:http';
import { sendJson } from '../lib/send-json.ts';

/** One kind of problem. `type` is stable: clients may compare it. `status` is the HTTP status it is answered with. */
export interface ProblemType {
  readonly type: string;
  readonly status: number;
  readonly title: string;
}

/** What one occurrence adds to its kind: members of the body, headers of the answer, and the error behind it. */
export interface ProblemOptions {
  extensions?: Record<string, unknown>;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** An error that is answered as problem details (RFC 9457). `detail` is written for the person who reads the answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemType;
  readonly extensions: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(kind: ProblemType, detail: string, { extensions = {}, headers = {}, cause }: ProblemOptions = {}) {
    super(detail, { cause });
    this.kind = kind;
    this.extensions = extensions;
    this.headers = headers;
  }

  /** For Express's own error handler, which answers with it if the application has none. */
  get status(): number {
    return this.kind.status;
  }
}

/** The body of an answer with a problem. Its own members cannot be overwritten. */
export function problemBody({ kind: { type, status, title }, extensions, message }: Problem): Record<string, unknown> {
  return { ...extensions, type, title, status, detail: message };
}

/**
 * Answers with a problem. An answer that has already begun cannot be changed any more: its connection is cut, so that
 * the client sees a broken answer and not a short one.
 */
export function sendProblem(res: ServerResponse, problem: Problem): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  res.statusCode = problem.status;
  for (const [name, value] of Object.entries(problem.headers)) res.setHeader(name, value);
  sendJson(res, JSON.stringify(problemBody(problem)), 'application/problem+json');
}
