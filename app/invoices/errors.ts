import { Problem, type ProblemType } from '../liteset/problem/problem.ts';
import type { ListedProblem } from '../liteset/problem/types.ts';

const MEND = 'Mend the request: the `detail` names what is wrong.';
const AGAIN = 'Repeat the request after `Retry-After`.';

const kind = (name: string, status: number, title: string, advice = MEND): ListedProblem => ({
  type: `urn:liteset:problem:${name}`,
  status,
  title,
  advice,
});

/** Every problem that the invoice service answers with. The types are stable; clients may compare them. */
export const problems = {
  malformedRequest: kind('malformed-request', 400, 'The request cannot be read'),
  malformedJson: kind('malformed-json', 400, 'The body is not JSON'),
  invalidQuery: kind('invalid-query', 400, 'A parameter of the query is not valid'),
  badCursor: kind('bad-cursor', 400, 'The cursor is not valid'),
  badIdempotencyKey: kind('bad-idempotency-key', 400, 'The idempotency key is not valid'),
  notFound: kind('not-found', 404, 'There is no such thing', 'Check the path.'),
  methodNotAllowed: kind('method-not-allowed', 405, 'The method is not allowed here'),
  unsupportedMediaType: kind('unsupported-media-type', 415, 'The body is of a type that is not understood'),
  invalidBody: kind('invalid-body', 422, 'The body is not valid'),
  idempotencyConflict: kind(
    'idempotency-conflict',
    422,
    'The idempotency key was used for another request',
    'Use a new key for each new request.',
  ),
  internal: kind('internal', 500, 'Something went wrong here', 'Tell the operator. The log of the pod has the cause.'),
  stuck: kind('stuck', 503, 'A commit is stuck', 'Only probes get this. Kubernetes restarts the container.'),
  notReady: kind('not-ready', 503, 'This pod is not ready', AGAIN),
} as const satisfies Record<string, ListedProblem>;

/** One field of a request and what is wrong with it. `field` is a path such as `lines[0].quantity`. */
export interface FieldError {
  field: string;
  message: string;
}

/** How many bad fields are named in an answer: a body may have thousands. */
export const MOST_ERRORS = 20;

/** A problem that names the first bad fields, in its member `errors`. */
export function invalid(type: ProblemType, errors: FieldError[]): Problem {
  const named = errors.slice(0, MOST_ERRORS);
  const detail = named.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Problem(type, errors.length > named.length ? `${detail}; and more` : detail, {
    extensions: { errors: named },
  });
}

/** The field errors that a problem carries; empty for one of another kind. */
export function fieldErrors(problem: Problem): FieldError[] {
  const { errors } = problem.extensions;
  return Array.isArray(errors) ? (errors as FieldError[]) : [];
}

/** A problem that ends by itself: the client is told to come back after a second. */
export function comeBack(type: ProblemType, detail: string, cause?: unknown): Problem {
  return new Problem(type, detail, { headers: { 'Retry-After': '1' }, cause });
}
