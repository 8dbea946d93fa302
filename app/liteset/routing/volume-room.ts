import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Counters } from '../counters.ts';
import { tellSidecar } from '../lib/tell-sidecar.ts';
import type { Membership } from '../membership/membership.ts';
import type { Logger, VolumeOptions } from '../options.ts';
import { Problem } from '../problem/problem.ts';
import { problems, RETRY_AFTER } from '../problem/types.ts';
import type { Switchover } from '../switchover/switchover.ts';
import { notedFaults } from './noted-faults.ts';

/** How often the volume is looked at, in milliseconds. */
const INTERVAL_MS = 500;
/** How long a primary waits, in milliseconds, before it asks once more whether a pod with room takes over. */
const AGAIN_MS = 5_000;
const MEBIBYTE = 1024 * 1024;

/** What keeps room is made of. */
export interface VolumeParts {
  membership: Membership;
  switchover: Switchover;
  counters: Counters;
  logger: Logger;
}

/**
 * Keeps room free on the volume of the database. LiteFS ends itself where it finds none, and does not start again before
 * there is some: so no write is begun when it gets short, and a pod with room takes over, if there is one.
 */
export class VolumeRoom {
  readonly #options: VolumeOptions & { pod: string; fenceUrl: string | undefined };
  readonly #parts: VolumeParts;
  #short = false;
  #movesOver = false;
  /** When a switchover may be tried again, by `performance.now()`. */
  #nextTry = 0;

  constructor(options: VolumeOptions & { pod: string; fenceUrl: string | undefined }, parts: VolumeParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Whether less than the reserve is free. */
  get short(): boolean {
    return this.#short;
  }

  /**
   * Lets a write begin. So it does in the moment before a switchover holds the writes: the reserve is for that, too.
   *
   * @throws Problem while less than the reserve is free: `no-primary` if a pod with room may take over, else `disk-full`.
   */
  require(): void {
    if (!this.#short || this.#movesOver) return;
    const { counters, switchover } = this.#parts;
    counters.volumeRefused++;
    if (switchover.mayFindRoom) {
      const detail = `${this.#text()} Nothing was written. Another pod has room, and takes over.`;
      throw new Problem(problems.noPrimary, detail, { headers: RETRY_AFTER });
    }
    throw new Problem(problems.diskFull, `${this.#text()} Nothing was written.`);
  }

  /** Looks at the volume until the signal. */
  async watch(signal: AbortSignal): Promise<void> {
    const { logger } = this.#parts;
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) => logger.warn(`liteset: ${String(error)}`));
      if (this.#short && performance.now() >= this.#nextTry) void this.#moveOver();
      await delay(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const { folder, reserveBytes } = this.#options;
    const { counters, logger, membership } = this.#parts;
    const { bavail, blocks, bsize } = await statfs(folder);
    counters.volumeFree = bavail * bsize;
    counters.volumeNoted = await notedFaults(folder);
    // A small volume would otherwise be all reserve. app/volume keeps the same.
    const short = bavail * bsize < Math.min(reserveBytes, (blocks * bsize) / 10);
    if (short === this.#short) return;
    this.#short = short;
    if (short) this.#tell();
    else logger.info('liteset: the volume has room again');
    membership.changes.notify();
  }

  #tell(): void {
    const message = `${this.#text()} It takes no writes. A pod with room takes over, if there is one.`;
    this.#parts.logger.error(`liteset: ${message}`);
    tellSidecar(this.#options.fenceUrl, '/volume', { reason: 'VolumeFull', message }, this.#parts.logger);
  }

  /** Has a pod with room take over, if there is one. What does not succeed is tried again later. */
  async #moveOver(): Promise<void> {
    const { switchover } = this.#parts;
    if (!switchover.mayBegin || !switchover.mayFindRoom) return;
    this.#movesOver = true;
    this.#nextTry = Number.POSITIVE_INFINITY;
    await switchover.run().catch(() => {}); // it says itself why it did not succeed
    this.#movesOver = false;
    this.#nextTry = performance.now() + AGAIN_MS;
  }

  #text(): string {
    const mebibytes = Math.floor(this.#parts.counters.volumeFree / MEBIBYTE);
    return `The volume of ${this.#options.pod} has ${mebibytes} MiB free, less than its reserve. Make its claim larger: docs/how-to/runbooks/volume.md.`;
  }
}
