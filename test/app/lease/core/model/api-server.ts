import type { Answer } from '../../../../../app/lease/core/effects.ts';
import { type Known, type LeaseRecord, UNHELD } from '../../../../../app/lease/core/record.ts';
import { txidOf } from '../../../../../app/liteset/litefs/positions.ts';

/** The API server with its one Lease, as Kubernetes behaves: a write of an older version is a conflict. */
export class ApiServer {
  #known: Known | undefined = { record: UNHELD, version: '1' };
  #count = 1;
  #changedAt = 0;
  #acquiredAt = 0;
  readonly #former: LeaseRecord[] = [];
  readonly clusterIds = new Set<string>();
  /** The last position that any Lease has told. */
  noted = '0'.repeat(16);
  /** How long the Lease had been as it was when it was acquired last. */
  idleMs = 0;

  read(): Answer {
    return this.#known === undefined ? { kind: 'missing' } : { kind: 'lease', known: this.#known };
  }

  write(record: LeaseRecord, version: string, now: number): Answer {
    if (this.#known === undefined) return { kind: 'missing' };
    if (!this.accepts(version, this.#known.version)) return { kind: 'conflict' };
    if (record.session !== this.#known.record.session) this.idleMs = now - this.#changedAt;
    if (record.epoch !== this.#known.record.epoch) this.#acquiredAt = now;
    if (record.clusterIdConfirmed) this.clusterIds.add(record.clusterId);
    const txid = txidOf(record.positions, 'db');
    if (txid > this.noted) this.noted = txid;
    this.#former.push(this.#known.record);
    this.put(record, now);
    return this.read();
  }

  make(now: number): Answer {
    if (this.#known === undefined) this.put(UNHELD, now);
    return this.read();
  }

  /** What people and their tools do to it: delete it, empty it, put an older copy in its place, edit it. */
  delete(): void {
    this.#known = undefined;
  }

  put(record: LeaseRecord, now: number): void {
    this.#known = { record, version: String(++this.#count) };
    this.#changedAt = now;
  }

  /** Only the pods that have seen the present holder can tell that the copy is older: it has been there for `ms`. */
  restore(back: number, ms: number, now: number): void {
    if (now - this.#acquiredAt > ms) this.put(this.#former.at(-back) ?? UNHELD, now);
  }

  edit(change: Partial<LeaseRecord>, now: number): void {
    if (this.#known !== undefined) this.put({ ...this.#known.record, ...change }, now);
  }

  accepts(expected: string, current: string): boolean {
    return expected === current;
  }
}
