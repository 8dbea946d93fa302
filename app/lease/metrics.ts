import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { monotonicMs } from '../liteset/lib/monotonic.ts';
import type { Elector } from './core/elector.ts';

/** What the sidecar counts and measures. */
export interface Metrics {
  readonly registry: Registry;
  /** Calls to the API server, by `call` (read, write) and `result` (lease, conflict, missing, failed). */
  readonly calls: Histogram<'call' | 'result'>;
  readonly acquisitions: Counter<'result'>;
  readonly renewals: Counter<'result'>;
  /** What was wrong with this pod's volume, by the reason of its Event. */
  readonly volumeFaults: Counter<'reason'>;
}

/** The metrics of an elector, in a registry of their own. */
export function metricsOf(elector: Elector): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('liteset_lease_held', 'Whether this pod holds the lease.', () => Number(elector.holds()));
  gauge(
    'liteset_lease_epoch',
    'How often the lease was acquired by any pod, as this pod last saw it.',
    () => elector.observed.known?.record.epoch ?? 0,
  );
  gauge(
    'liteset_lease_valid_seconds',
    'How long this pod may count on its lease; negative once it has run out, 0 without one.',
    () => (elector.tenure === undefined ? 0 : (elector.tenure.until - monotonicMs()) / 1_000),
  );
  return {
    registry,
    calls: new Histogram({
      name: 'liteset_lease_api_call_duration_seconds',
      help: 'How long calls to the API server took.',
      labelNames: ['call', 'result'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      registers,
    }),
    acquisitions: new Counter({
      name: 'liteset_lease_acquisitions_total',
      help: "LiteFS's attempts to become primary: acquired, held by another pod, refused to this one, failed.",
      labelNames: ['result'],
      registers,
    }),
    renewals: new Counter({
      name: 'liteset_lease_renewals_total',
      help: "LiteFS's renewals: renewed, or expired, after which it steps down.",
      labelNames: ['result'],
      registers,
    }),
    volumeFaults: new Counter({
      name: 'liteset_volume_faults_total',
      help: "Faults of this pod's volume, by the reason of their Event: VolumeDamaged, VolumeMended, VolumeMovedAside, VolumeWaits, VolumeFull.",
      labelNames: ['reason'],
      registers,
    }),
  };
}
