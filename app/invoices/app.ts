import { join } from 'node:path';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { forExpress } from '../liteset/express.ts';
import type { Committer } from '../liteset/group-commit/committer.ts';
import type { Liteset } from '../liteset/liteset.ts';
import { Problem } from '../liteset/problem/problem.ts';
import type { Lifecycle } from '../liteset/readiness.ts';
import { ReadCache } from '../liteset/reads/read-cache.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { problems } from './errors.ts';
import { api } from './http/api.ts';
import { metrics } from './http/metrics.ts';
import { operations } from './http/operations.ts';
import { requestLog } from './http/request-log.ts';
import { onError } from './on-error.ts';
import { pages } from './pages/pages.ts';
import { createView } from './pages/view.ts';
import { Writer } from './writes/writer.ts';

/** The version of the format of the API's answers. Raise it when the same data are answered otherwise: clients may hold older ones. */
const FORMAT_VERSION = '1';

/** What the service is made of. `appDir` is the folder of this file: templates and static files are below it. */
export interface Dependencies {
  config: Pick<Config, 'pod' | 'bodyLimit' | 'trustProxy' | 'readCacheBytes' | 'statusPort'>;
  database: Database;
  liteset: Liteset;
  committer: Committer;
  logger: Logger;
  registry: Registry;
  lifecycle: Lifecycle;
  appDir: string;
}

/** What clients ask, and what those ask who run the service. */
export interface Apps {
  readonly app: Express;
  /** For `STATUS_PORT`. Without that port `app` answers it, too. */
  readonly status: Express;
}

/** Builds the service without listening. Liteset's middleware comes before everything that reads a body. */
export function createApps(dependencies: Dependencies): Apps {
  const { config, database, liteset, committer, logger, registry, lifecycle, appDir } = dependencies;
  const { bodyLimit } = config;
  const app = express();
  const cluster = forExpress(liteset);
  const writer = new Writer(committer);
  const view = createView(appDir, liteset, config.pod);
  const cache = new ReadCache(() => liteset.version(), {
    ...{ maxBytes: config.readCacheBytes, formatVersion: FORMAT_VERSION },
    isSettled: () => committer.commitInProgress === undefined,
  });
  const { measure, expose } = metrics(registry, liteset, cache);
  const operating = operations({ database, committer, liteset, lifecycle, expose });
  const status = express();
  for (const one of [app, status]) one.disable('x-powered-by');
  status.use(operating, onError(logger, view));
  app.set('trust proxy', config.trustProxy);
  // Whoever keeps the connection for another request would meet its end.
  app.use((_req, res, next) => {
    if (lifecycle.draining) res.set('Connection', 'close');
    next();
  });
  app.use(measure);
  app.use(requestLog(logger));
  // What shows nothing of the database waits for neither a position nor a replica.
  const secure = securityHeaders();
  app.use('/public', secure, express.static(join(appDir, 'public'), { maxAge: '5m', acceptRanges: false }));
  if (config.statusPort === undefined) app.use(operating);
  app.use(cluster.middleware);
  app.use(secure);
  app.use(api({ database, writer, liteset, cache, bodyLimit }));
  app.use(pages({ database, writer, liteset, view, bodyLimit }));
  app.use((req) => {
    throw new Problem(problems.notFound, `There is nothing at ${req.path.slice(0, 200)}.`);
  });
  app.use(cluster.onError);
  app.use(onError(logger, view));
  return { app, status };
}

/** Nothing is loaded from elsewhere, and no script or style is inline. TLS, if any, ends before this process. */
function securityHeaders(): express.RequestHandler {
  return helmet({
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  });
}
