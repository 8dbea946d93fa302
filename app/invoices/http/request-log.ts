import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { loggedUrl } from './logged-url.ts';

/** What Kubernetes and Prometheus ask every few seconds. */
const quiet = new Set(['/livez', '/readyz', '/metrics']);

/** One line a request: what was asked, what was answered, how long it took. No headers: they hold tokens and cookies. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    autoLogging: { ignore: ({ url = '' }) => quiet.has(url) },
    serializers: {
      req: ({ id, method, url, remoteAddress }) => ({ id, method, url: loggedUrl(url), remoteAddress }),
      res: ({ statusCode }) => ({ statusCode }),
    },
  });
}
