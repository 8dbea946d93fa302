import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Metric } from './metrics.ts';

/** A metric whose value is read when it is asked for. */
export function collected<Source>(
  registry: Registry,
  { name, kind, help, read }: Metric<Source>,
  source: Source,
): void {
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

/** Measures requests. Returns what is called with each as it comes. */
export function measureRequests(registry: Registry): (req: IncomingMessage, res: ServerResponse) => void {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took. `route` is the pattern of the path, `none` where there is none.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return (req: IncomingMessage & { route?: { path?: unknown } }, res) => {
    const end = duration.startTimer();
    res.once('close', () => {
      const route = req.route?.path;
      end({
        method: methodLabel(req.method),
        route: typeof route === 'string' ? route : 'none',
        status: res.statusCode,
      });
    });
  };
}

/** Clients may send any method; each would be a series of its own. */
const methodLabel = (method = ''): string =>
  ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other';
