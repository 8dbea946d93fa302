import { type Metric, Registry } from 'prom-client';
import { metrics as ofService } from '../../app/invoices/http/metrics.ts';
import type { Elector } from '../../app/lease/core/elector.ts';
import { metricsOf } from '../../app/lease/metrics.ts';
import type { Liteset } from '../../app/liteset/liteset.ts';
import type { ReadCache } from '../../app/liteset/reads/read-cache.ts';
import { proxyMetrics, type StatusParts } from '../../app/proxy/status.ts';
import { code, page, table } from './markdown.ts';

/** Metrics of the process that prom-client adds to every registry. */
export const ofProcess = (name: string): boolean => /^(process|nodejs)_/.test(name);

/** The metrics of the application and of the lease's sidecar. */
export const metrics = (): string =>
  page(
    'Metrics',
    'This page lists every metric of Liteset, for Prometheus. `podMonitor.enabled` of the chart has the Prometheus\nOperator collect all of them. Alerts, and what to do about each, are in the [runbooks](../how-to/runbooks/lease.md).',
    '## The application: port 9091, `/metrics`',
    tableOf(serviceRegistry()),
    '## The proxy before an application that knows nothing of Liteset: port 9091, `/metrics`',
    'It has those of the application above but for the cache of answers, and:',
    tableOf(proxyRegistry(), (name) => !serviceRegistry().getSingleMetric(name)),
    '## The sidecar of the lease: port 8501, `/metrics`',
    'It runs with `lease.type: kubernetes` only.',
    tableOf(leaseRegistry()),
    '## The backup program: port 9090, `/metrics`',
    'Its metrics are on [its own page](backup.md#metrics).',
    '## The processes',
    'The application and the sidecar also show the usual metrics of a Node.js process: `process_*` (processor time, memory,\nopen files) and `nodejs_*` (event loop, heap, garbage collection).',
  );

/** All metrics of the invoice service. Their values are read at a scrape, which does not happen here. */
function serviceRegistry(): Registry {
  const registry = new Registry();
  ofService(registry, {} as Liteset, {} as ReadCache);
  return registry;
}

function proxyRegistry(): Registry {
  const registry = new Registry();
  proxyMetrics(registry, {} as StatusParts);
  return registry;
}

const leaseRegistry = (): Registry => metricsOf({} as Elector).registry;

/** What prom-client knows of a metric beyond its types. */
type Known = Metric & { name: string; help: string; labelNames: readonly string[] };

function tableOf(registry: Registry, isShown = (_name: string) => true): string {
  const known = registry.getMetricsAsArray() as unknown as readonly Known[];
  const own = known.filter(({ name }) => !ofProcess(name) && isShown(name));
  return table(
    ['Metric', 'Kind', 'Labels', 'Meaning'],
    own.map((metric) => [
      code(metric.name),
      metric.constructor.name.toLowerCase(),
      metric.labelNames.map(code).join(', '),
      metric.help,
    ]),
  );
}
