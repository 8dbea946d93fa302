import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Counters } from '../counters.ts';
import { tellSidecar } from '../lib/tell-sidecar.ts';
import type { Logger, VolumeOptions } from '../options.ts';
import { Problem } from '../problem/problem.ts';
import { problems } from '../problem/types.ts';

/** How often the volume is looked at, in milliseconds. */
const INTERVAL_MS = 500;
const MEBIBYTE = 1024 * 1024;

/**
 * Keeps room free on the volume of the database. LiteFS ends itself where it finds none, and does not start again before
 * there is some: so no write is begun when it gets short.
 */
export class VolumeRoom {
  readonly #options: VolumeOptions & { pod: string; fenceUrl: string | undefined };
  readonly #counters: Counters;
  readonly #logger: Logger;
  #short = false;

  constructor(
    options: VolumeOptions & { pod: string; fenceUrl: string | undefined },
    counters: Counters,
    logger: Logger,
  ) {
    this.#options = options;
    this.#counters = counters;
    this.#logger = logger;
  }

  /** @throws Problem `disk-full` while less than the reserve is free. */
  require(): void {
    if (!this.#short) return;
    this.#counters.volumeRefused++;
    throw new Problem(problems.diskFull, `${this.#text()} Nothing was written.`);
  }

  /** Looks at the volume until the signal. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) => this.#logger.warn(`liteset: ${String(error)}`));
      await delay(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const { folder, reserveBytes, fenceUrl } = this.#options;
    const { bavail, blocks, bsize } = await statfs(folder);
    this.#counters.volumeFree = bavail * bsize;
    // A small volume would otherwise be all reserve. app/volume keeps the same.
    const short = bavail * bsize < Math.min(reserveBytes, (blocks * bsize) / 10);
    if (short && !this.#short) {
      this.#logger.error(`liteset: ${this.#text()} No writes are taken.`);
      tellSidecar(
        fenceUrl,
        '/volume',
        { reason: 'VolumeFull', message: `${this.#text()} No writes are taken.` },
        this.#logger,
      );
    }
    if (!short && this.#short) this.#logger.info('liteset: the volume has room again');
    this.#short = short;
  }

  #text(): string {
    const mebibytes = Math.floor(this.#counters.volumeFree / MEBIBYTE);
    return `The volume of ${this.#options.pod} has ${mebibytes} MiB free, less than its reserve. Make its claim larger: docs/how-to/runbooks/volume.md.`;
  }
}
