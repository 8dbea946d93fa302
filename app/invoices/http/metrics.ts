import type { RequestHandler } from 'express';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Liteset } from '../../liteset/liteset.ts';
import { LITESET_METRICS, type Metric, READ_CACHE_METRICS } from '../../liteset/metrics.ts';
import type { ReadCache } from '../../liteset/reads/read-cache.ts';

/** Measures every request, and shows Liteset's role and position, and what the cache is good for, at `/metrics`. */
export function metrics(
  registry: Registry,
  liteset: Liteset,
  cache: ReadCache,
): { measure: RequestHandler; expose: RequestHandler } {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took. `route` is the pattern of the path, `none` where there is none.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  for (const metric of LITESET_METRICS) collected(registry, metric, liteset);
  for (const metric of READ_CACHE_METRICS) collected(registry, metric, cache);
  return {
    measure: (req, res, next) => {
      const end = duration.startTimer();
      res.once('close', () => {
        const route: unknown = req.route?.path;
        end({
          method: methodLabel(req.method),
          route: typeof route === 'string' ? route : 'none',
          status: res.statusCode,
        });
      });
      next();
    },
    expose: async (_req, res) => {
      res.type(registry.contentType).send(await registry.metrics());
    },
  };
}

/** A metric whose value is read when it is asked for. */
function collected<Source>(registry: Registry, { name, kind, help, read }: Metric<Source>, source: Source): void {
  const Kind = kind === 'counter' ? Counter : Gauge;
  const metric: Gauge | Counter = new Kind({
    name,
    help,
    registers: [registry],
    collect: () => {
      metric.reset();
      metric.inc(read(source));
    },
  });
}

/** Clients may send any method; each would be a series of its own. */
const methodLabel = (method: string): string =>
  ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other';
