import type { RequestHandler } from 'express';
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Liteset } from '../liteset/liteset.ts';

/** Measures every request, and shows Liteset's role and position at `/metrics`. */
export function metrics(registry: Registry, liteset: Liteset): { measure: RequestHandler; expose: RequestHandler } {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took. `route` is the pattern of the path, `none` where there is none.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  gauge(registry, 'liteset_is_primary', 'Whether this pod takes the writes.', () =>
    Number(liteset.role() === 'primary'),
  );
  gauge(registry, 'liteset_connected', 'Whether LiteFS is connected.', () => Number(liteset.connected()));
  gauge(registry, 'liteset_position', 'TXID of this pod’s copy of the database.', () =>
    Number.parseInt(liteset.position(), 16),
  );
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

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** Clients may send any method; each would be a series of its own. */
const methodLabel = (method: string): string =>
  ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other';
