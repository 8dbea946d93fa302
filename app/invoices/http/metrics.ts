import type { RequestHandler } from 'express';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Counters } from '../../liteset/counters.ts';
import type { Liteset } from '../../liteset/liteset.ts';
import type { ReadCache } from '../../liteset/reads/read-cache.ts';

/** Liteset's own numbers: name at `/metrics`, kind, and meaning. */
const LITESET: Record<keyof Counters, [name: string, kind: typeof Gauge | typeof Counter, help: string]> = {
  waiting: ['waiting_requests', Gauge, 'Requests that wait for a primary.'],
  waited: ['waited_requests_total', Counter, 'Requests that have waited for a primary.'],
  waitRefused: ['wait_refused_requests_total', Counter, 'Requests refused because too many waited for a primary.'],
  writing: ['writes_in_progress', Gauge, 'Writes in progress on this pod.'],
  holding: ['held_answers', Gauge, 'Answers to writes that wait for replicas.'],
  replicas: ['connected_replicas', Gauge, 'Replicas that report their position to this pod.'],
  switchovers: ['switchovers_total', Counter, 'Switchovers away from this pod.'],
  switchoverSeconds: ['switchover_seconds_total', Counter, 'How long writes were held in switchovers, in seconds.'],
  switchoversFailed: ['switchovers_failed_total', Counter, 'Switchovers that did not succeed.'],
  acknowledged: ['acknowledged_writes_total', Counter, 'Answers that were held for replicas.'],
  acknowledgeSeconds: ['acknowledge_seconds_total', Counter, 'How long answers were held for replicas, in seconds.'],
  acknowledgedShort: [
    'acknowledged_short_writes_total',
    Counter,
    'Writes answered although too few replicas had them.',
  ],
  readsShort: ['short_reads_total', Counter, 'Reads answered although too few replicas had what they showed.'],
  acknowledgeRefused: [
    'acknowledge_refused_writes_total',
    Counter,
    'Writes refused, since too few replicas were there.',
  ],
  acknowledgeUnknown: [
    'acknowledge_unknown_writes_total',
    Counter,
    'Writes executed whose client was told that too few replicas have them.',
  ],
  discardedTransactions: ['discarded_transactions_total', Counter, 'Transactions of this pod that were discarded.'],
};

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
  gauge(registry, 'liteset_is_primary', '1 if this pod is the primary, else 0.', () =>
    Number(liteset.role() === 'primary'),
  );
  gauge(
    registry,
    'liteset_connected',
    '1 if LiteFS answers and this pod is or was connected to a primary, else 0.',
    () => Number(liteset.connected()),
  );
  gauge(registry, 'liteset_position', 'TXID of this pod’s copy of the database.', () =>
    Number.parseInt(liteset.position(), 16),
  );
  for (const [key, [name, Kind, help]] of Object.entries(LITESET)) {
    collected(registry, Kind, `liteset_${name}`, help, () => liteset.counters()[key as keyof Counters]);
  }
  const ofCache = (what: 'hits' | 'misses', help: string) =>
    collected(registry, Counter, `liteset_read_cache_${what}_total`, help, () => cache.counts[what]);
  ofCache('hits', 'Reads answered from the cache of answers, 304 included.');
  ofCache('misses', 'Reads that the cache of answers could not answer.');
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
  collected(registry, Gauge, name, help, read);
}

/** A metric whose value is read when it is asked for. */
function collected(
  registers: Registry,
  Kind: typeof Gauge | typeof Counter,
  name: string,
  help: string,
  read: () => number,
): void {
  const metric: Gauge | Counter = new Kind({
    name,
    help,
    registers: [registers],
    collect: () => {
      metric.reset();
      metric.inc(read());
    },
  });
}

/** Clients may send any method; each would be a series of its own. */
const methodLabel = (method: string): string =>
  ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other';
