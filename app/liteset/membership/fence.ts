import { z } from 'zod';
import { followLines } from '../lib/follow-lines.ts';
import { monotonicMs } from '../lib/monotonic.ts';
import type { Changes } from './changes.ts';

/** One line of the stream. */
const fenceLine = z.object({
  /** Names one pod's time as the primary: another number, another time, with somebody else's in between perhaps. */
  epoch: z.number(),
  /** Until when this pod may act as the primary, on the kernel's monotonic clock in milliseconds; 0 if it may not. */
  until: z.number(),
  /** Where the primary is. */
  primary: z.object({ hostname: z.string(), address: z.string() }).optional(),
});

/**
 * The end of this pod's lease, as whoever keeps the lease tells it. LiteFS alone does not look at it: one that was held up
 * (a frozen node, a switchover that hangs) goes on as the primary when another pod may be that already. When the stream
 * breaks, what it told last stays true, and runs out by itself. Without an address there is no end.
 */
export class Fence {
  readonly #changes: Changes;
  readonly #url: string | undefined;
  readonly #onPrimary: (hostname: string, address: string) => void;
  #epoch = 0;
  #until = Number.POSITIVE_INFINITY;

  /** `onPrimary` is told where the primary is. */
  constructor(url: string | undefined, changes: Changes, onPrimary: (hostname: string, address: string) => void) {
    this.#url = url;
    this.#onPrimary = onPrimary;
    this.#changes = changes;
    if (url !== undefined) this.#until = 0;
  }

  /** Whether there is an end to look at. */
  get exists(): boolean {
    return this.#url !== undefined;
  }

  /** The time as the primary that this pod is in, or was in last. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Whether this pod has not been out of that time as the primary since it began, and is not now. */
  holds(epoch = this.#epoch): boolean {
    return epoch === this.#epoch && (this.#url === undefined || monotonicMs() < this.#until);
  }

  /** Follows the stream until the signal. `onLost` is called when it breaks, not again while it stays so. */
  async follow(onLost: (error: unknown) => void, signal: AbortSignal): Promise<void> {
    if (this.#url === undefined) return;
    let isLost = false;
    const listener = {
      onLine: (line: string) => {
        this.#take(line);
        isLost = false;
      },
      onLost: (error: unknown) => {
        if (!isLost) onLost(error);
        isLost = true;
      },
    };
    await followLines(new URL(this.#url), listener, signal);
  }

  #take(line: string): void {
    const { epoch, until, primary } = fenceLine.parse(JSON.parse(line));
    // A sidecar that has just started does not know the epoch yet.
    if (until > 0) this.#epoch = epoch;
    this.#until = until;
    if (primary) this.#onPrimary(primary.hostname, primary.address);
    this.#changes.notify();
  }
}
