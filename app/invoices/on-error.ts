import type { ErrorRequestHandler, Request } from 'express';
import type { Logger } from 'pino';
import { Problem, sendProblem } from '../liteset/problem/problem.ts';
import { problems as ofLiteset } from '../liteset/problem/types.ts';
import { problems } from './errors.ts';
import { loggedUrl } from './http/logged-url.ts';
import type { View } from './pages/view.ts';

/** What the errors of Express's own body parsers are, by their `type`. */
const parserErrors: Record<string, Problem> = {
  'entity.parse.failed': new Problem(problems.malformedJson, 'The body could not be parsed.'),
  'entity.too.large': new Problem(ofLiteset.bodyTooLarge, 'Send a smaller body.'),
  'parameters.too.many': new Problem(ofLiteset.bodyTooLarge, 'Send fewer fields.'),
  'encoding.unsupported': new Problem(problems.unsupportedMediaType, 'Send the body without this encoding.'),
  'charset.unsupported': new Problem(problems.unsupportedMediaType, 'Send the body as UTF-8.'),
};

/** The one place where an error becomes an answer. What is not a problem is logged and told to nobody. */
export function onError(logger: Logger, view: View): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const problem = toProblem(error);
    if (problem.kind.status >= 500) logger.error({ err: error, url: loggedUrl(req.originalUrl) }, problem.message);
    if (res.headersSent || !wantsPage(req)) return sendProblem(res, problem);
    res.status(problem.kind.status).set(problem.headers).send(view.error(problem));
  };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  const known = typeof type === 'string' ? parserErrors[type] : undefined;
  if (known) return known;
  if (error instanceof URIError || (typeof status === 'number' && status >= 400 && status < 500)) {
    return new Problem(problems.malformedRequest, 'The request is not well formed.', { cause: error });
  }
  return new Problem(problems.internal, 'The error was logged on the pod that answered.', { cause: error });
}

/** People's browsers ask for HTML; programs get problem details. */
export const wantsPage = (req: Request): boolean =>
  !req.path.startsWith('/api/') && req.accepts(['application/problem+json', 'html']) === 'html';
