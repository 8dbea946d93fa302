import type { Counters } from './counters.ts';
import type { Liteset } from './interface.ts';
import type { ReadCache } from './reads/read-cache.ts';

/** One number for whatever metrics library the application has. */
export interface Metric<Source> {
  /** As Prometheus names metrics. */
  readonly name: string;
  /** A counter only grows; a gauge says how things stand. */
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  /** Its value now. */
  read(source: Source): number;
}

const ofCounters: Record<keyof Counters, [name: string, kind: Metric<unknown>['kind'], help: string]> = {
  waiting: ['waiting_requests', 'gauge', 'Requests that wait for a primary.'],
  waited: ['waited_requests_total', 'counter', 'Requests that have waited for a primary.'],
  waitRefused: ['wait_refused_requests_total', 'counter', 'Requests refused because too many waited for a primary.'],
  readingBodies: ['reading_bodies', 'gauge', 'Bodies of writes that are being read.'],
  bodiesCut: ['bodies_cut_total', 'counter', 'Bodies of writes that were cut, because too many others came meanwhile.'],
  waitingReads: ['waiting_reads', 'gauge', 'Reads that wait for what their client has seen.'],
  writing: ['writes_in_progress', 'gauge', 'Writes in progress on this pod.'],
  holding: ['held_answers', 'gauge', 'Answers to writes that wait for replicas.'],
  replicas: ['connected_replicas', 'gauge', 'Replicas that report their position to this pod.'],
  switchovers: ['switchovers_total', 'counter', 'Switchovers away from this pod.'],
  switchoverSeconds: ['switchover_seconds_total', 'counter', 'How long writes were held in switchovers, in seconds.'],
  switchoversFailed: ['switchovers_failed_total', 'counter', 'Switchovers that did not succeed.'],
  acknowledged: ['acknowledged_writes_total', 'counter', 'Answers that were held for replicas.'],
  acknowledgeSeconds: ['acknowledge_seconds_total', 'counter', 'How long answers were held for replicas, in seconds.'],
  acknowledgedShort: [
    'acknowledged_short_writes_total',
    'counter',
    'Writes answered although too few replicas had them.',
  ],
  readsShort: ['short_reads_total', 'counter', 'Reads answered although too few replicas had what they showed.'],
  acknowledgeRefused: [
    'acknowledge_refused_writes_total',
    'counter',
    'Writes refused, since too few replicas were there.',
  ],
  acknowledgeUnknown: [
    'acknowledge_unknown_writes_total',
    'counter',
    'Writes executed whose client was told that too few replicas have them.',
  ],
  unsettled: [
    'unsettled_requests_total',
    'counter',
    'Requests executed whose client was told that LiteFS may not have what they wrote.',
  ],
  discardedTransactions: ['discarded_transactions_total', 'counter', 'Transactions of this pod that were discarded.'],
  volumeFree: ['volume_free_bytes', 'gauge', 'Bytes that are free on the volume of the database.'],
  volumeNoted: [
    'volume_noted_faults_total',
    'counter',
    "Faults that liteset-volume has noted on this pod's volume, where no sidecar of the lease counts them.",
  ],
  volumeRefused: [
    'volume_refused_writes_total',
    'counter',
    'Writes refused, since the volume had less free than its reserve.',
  ],
};

/** Role, connection, position, and what `counters()` says. */
export const LITESET_METRICS: readonly Metric<
  Pick<Liteset, 'role' | 'connected' | 'position' | 'standstillMs' | 'counters'>
>[] = [
  {
    ...{ name: 'liteset_is_primary', kind: 'gauge', help: '1 if this pod is the primary, else 0.' },
    read: (liteset) => Number(liteset.role() === 'primary'),
  },
  {
    ...{
      name: 'liteset_connected',
      kind: 'gauge',
      help: '1 if LiteFS answers and this pod is or was connected to a primary, else 0.',
    },
    read: (liteset) => Number(liteset.connected()),
  },
  {
    ...{ name: 'liteset_position', kind: 'gauge', help: 'TXID of this pod’s copy of the database.' },
    read: (liteset) => Number.parseInt(liteset.position(), 16),
  },
  {
    ...{
      name: 'liteset_standstill_seconds',
      kind: 'gauge',
      help: 'How long this replica has not moved although its primary has more; 0 while it moves.',
    },
    read: (liteset) => liteset.standstillMs() / 1_000,
  },
  ...Object.entries(ofCounters).map(([key, [name, kind, help]]) => ({
    ...{ name: `liteset_${name}`, kind, help },
    read: (liteset: Pick<Liteset, 'counters'>) => liteset.counters()[key as keyof Counters],
  })),
];

/** What the cache of answers is good for. */
export const READ_CACHE_METRICS: readonly Metric<Pick<ReadCache, 'counts'>>[] = [
  {
    ...{ name: 'liteset_read_cache_hits_total', kind: 'counter' },
    help: 'Reads answered from the cache of answers, 304 included.',
    read: ({ counts }) => counts.hits,
  },
  {
    ...{ name: 'liteset_read_cache_misses_total', kind: 'counter' },
    help: 'Reads that the cache of answers could not answer.',
    read: ({ counts }) => counts.misses,
  },
];
