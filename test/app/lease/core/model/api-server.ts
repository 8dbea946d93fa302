import type { Answer } from '../../../../../app/lease/core/effects.ts';
import { type Known, type LeaseRecord, UNHELD } from '../../../../../app/lease/core/record.ts';

/** The API server with its one Lease, as Kubernetes behaves: a write of an older version is a conflict. */
export class ApiServer {
  #known: Known = { record: UNHELD, version: '1' };
  #count = 1;
  readonly clusterIds = new Set<string>();

  get record(): LeaseRecord {
    return this.#known.record;
  }

  read(): Answer {
    return { kind: 'lease', known: this.#known };
  }

  write(record: LeaseRecord, version: string): Answer {
    if (!this.accepts(version, this.#known.version)) return { kind: 'conflict' };
    this.#known = { record, version: String(++this.#count) };
    if (record.clusterIdConfirmed) this.clusterIds.add(record.clusterId);
    return this.read();
  }

  accepts(expected: string, current: string): boolean {
    return expected === current;
  }
}
