/**
 * How long a request has to have come after the one before to be a lone one, in milliseconds: less than LiteFS takes for a
 * commit, so that the next one of the same client is, and more than lies between the requests of a busy pod.
 */
const LONE_MS = 3;

const NEVER = Number.NEGATIVE_INFINITY;

/** When requests have come, and whether what they ask for holds anybody up. */
export class Arrivals {
  #last: { at: number; connection: object } = { at: NEVER, connection: this };
  #before = NEVER;
  /** When the last work was over that held up all requests, and whose it was. */
  #held: { until: number; connection: object } = { until: NEVER, connection: this };

  /** A request has come. */
  note(connection: object): void {
    this.#before = this.#last.at;
    this.#last = { at: performance.now(), connection };
  }

  /** Does work that holds up all requests, if the last one has nobody beside it; else it returns undefined. */
  ifIdle<Result>(work: () => Result): Result | undefined {
    if (!this.#isLone) return undefined;
    try {
      return work();
    } finally {
      this.#held = { until: performance.now(), connection: this.#last.connection };
    }
  }

  /**
   * One that comes right after such work, on another connection, has waited for it: there is somebody beside it. Many would
   * else be done one by one, each alone, since the event loop takes one new connection in a turn (libuv#3696).
   */
  get #isLone(): boolean {
    const { at, connection } = this.#last;
    return at - this.#before >= LONE_MS && (at - this.#held.until >= LONE_MS || connection === this.#held.connection);
  }
}
