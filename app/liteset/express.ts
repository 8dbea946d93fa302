import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Liteset } from './interface.ts';

/** What an Express 5 application mounts. */
export interface ForExpress {
  /** Mount it first, before any body parser: it reads the bodies of the writes that it forwards. */
  readonly middleware: RequestHandler;
  /** Mount it before the application's own error handler: it turns what SQLite says into a `Problem`. */
  readonly onError: ErrorRequestHandler;
}

/**
 * Liteset for Express, the only file that knows it. Problems go to the application's error handlers.
 *
 * @example
 * const { middleware, onError } = forExpress(cluster);
 * app.use(middleware, express.json(), routes, onError, ownErrorHandler);
 */
export function forExpress(cluster: Liteset): ForExpress {
  return {
    // Express hands on what a promise is rejected with.
    middleware: (req, res, next) => cluster.handle(req, res, next),
    onError: async (error, _req, res, next) => next(await cluster.explain(error, res)),
  };
}
