/**
 * How long a request has to have come after the one before to be a lone one, in milliseconds: less than LiteFS takes for a
 * commit, so that the next one of the same client is, and more than lies between the requests of a busy pod.
 */
const LONE_MS = 3;

/** When requests have come. */
export class Arrivals {
  #last = Number.NEGATIVE_INFINITY;
  #before = Number.NEGATIVE_INFINITY;

  /** A request has come. */
  note(): void {
    this.#before = this.#last;
    this.#last = performance.now();
  }

  /** Whether the last one has nobody beside it. */
  get lone(): boolean {
    return this.#last - this.#before >= LONE_MS;
  }
}
