import type { IncomingMessage } from 'node:http';
import type { Counters } from '../counters.ts';
import { Problem } from '../problem/problem.ts';
import { problems, RETRY_AFTER } from '../problem/types.ts';

/**
 * How much of the body of a read Node takes in before anybody reads it, in bytes: the buffer of the request and one chunk of
 * the socket. The rest stays with the sender, so that a request that waits costs no more than this.
 */
const UNREAD = 128 * 1024;

/** How many requests may wait for a primary at a time, and how many bytes of their bodies. */
export interface WaitLimits {
  requests: number;
  bytes: number;
}

/** The requests that wait for a primary. Their number and their bytes are bounded; time is the caller's to bound. */
export class WaitingRoom {
  readonly #limits: WaitLimits;
  readonly #counters: Counters;
  #requests = 0;
  #bytes = 0;

  constructor(limits: WaitLimits, counters: Counters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  /**
   * Lets a request in. Returns how it leaves, which it may do twice.
   *
   * @throws Problem `waiting-room-full`, with `Retry-After`.
   */
  enter(req: IncomingMessage): () => void {
    const bytes = Math.max(unread(req), req.readableLength);
    if (this.#requests + 1 > this.#limits.requests || this.#bytes + bytes > this.#limits.bytes) {
      this.#counters.waitRefused++;
      const detail = `${this.#requests} requests wait for a primary already. Nothing was written.`;
      throw new Problem(problems.waitingRoomFull, detail, { headers: RETRY_AFTER });
    }
    this.#requests++;
    this.#counters.waiting++;
    this.#counters.waited++;
    this.#bytes += bytes;
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#requests--;
      this.#counters.waiting--;
      this.#bytes -= bytes;
    };
  }
}

/** How many bytes of its body a request that nobody reads may hold. The body of a write has been read already. */
function unread(req: IncomingMessage): number {
  if (req.complete) return 0;
  if (req.headers['transfer-encoding'] !== undefined) return UNREAD;
  return Math.min(Number(req.headers['content-length'] ?? 0), UNREAD);
}
