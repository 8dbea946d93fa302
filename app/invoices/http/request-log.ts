import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { loggedUrl } from './logged-url.ts';

/** What Kubernetes and Prometheus ask every few seconds. */
const quiet = new Set(['/livez', '/readyz', '/metrics']);

/** One line a request: what was asked, what was answered, how long it took. Of the headers who the client is: others hold tokens and cookies. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    autoLogging: { ignore: ({ url = '' }) => quiet.has(url) },
    serializers: {
      // Of a request that another pod has forwarded the address is that pod's.
      req: ({ id, method, url, remoteAddress, headers }) => ({
        ...{ id, method, url: loggedUrl(url), remoteAddress },
        forwardedFor: headers['x-forwarded-for']?.slice(0, 200),
      }),
      res: ({ statusCode }) => ({ statusCode }),
    },
  });
}
