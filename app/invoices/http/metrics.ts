import type { RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import type { Liteset } from '../../liteset/liteset.ts';
import { LITESET_METRICS, READ_CACHE_METRICS } from '../../liteset/metrics.ts';
import { collected, measureRequests } from '../../liteset/prometheus.ts';
import type { ReadCache } from '../../liteset/reads/read-cache.ts';

/** Measures every request, and shows Liteset's role and position, and what the cache is good for, at `/metrics`. */
export function metrics(
  registry: Registry,
  liteset: Liteset,
  cache: ReadCache,
): { measure: RequestHandler; expose: RequestHandler } {
  const measure = measureRequests(registry);
  for (const metric of LITESET_METRICS) collected(registry, metric, liteset);
  for (const metric of READ_CACHE_METRICS) collected(registry, metric, cache);
  return {
    measure: (req, res, next) => {
      measure(req, res);
      next();
    },
    expose: async (_req, res) => {
      res.type(registry.contentType).send(await registry.metrics());
    },
  };
}
