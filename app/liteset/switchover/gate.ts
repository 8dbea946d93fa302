import type { HeldResponse } from '../answers/held-response.ts';
import type { Counters } from '../counters.ts';
import type { Changes } from '../membership/changes.ts';

/**
 * How long a write whose client has gone counts as in progress, in milliseconds. Its handler may still be at work, and
 * nothing tells when it gives up without an answer.
 */
const ABANDONED_MS = 5_000;

/**
 * Stands before the handlers of writes on the primary. Closed, it lets no write in; those inside are counted, so that
 * one can wait until no transaction can begin any more.
 */
export class Gate {
  readonly #changes: Changes;
  readonly #counters: Counters;
  #unanswered = 0;
  #closed = false;

  constructor(changes: Changes, counters: Counters) {
    this.#changes = changes;
    this.#counters = counters;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether no write is in progress. */
  get idle(): boolean {
    return this.#counters.writing === 0;
  }

  /** Whether all that is in progress has begun to answer. What it still sends may go on for as long as a client listens. */
  get allAnswer(): boolean {
    return this.#unanswered === 0;
  }

  /** Lets a write in. It is over when its handler ends the answer: its transaction is committed or rolled back by then. */
  enter(response: HeldResponse): void {
    this.#counters.writing++;
    this.#unanswered++;
    let timer: NodeJS.Timeout | undefined;
    let inside = true;
    let answers = false;
    const answer = () => {
      if (answers) return;
      answers = true;
      this.#unanswered--;
      if (this.#closed && this.allAnswer) this.#changes.notify();
    };
    response.onHead(answer);
    const leave = () => {
      if (!inside) return;
      inside = false;
      clearTimeout(timer);
      answer();
      this.#counters.writing--;
      // A group of writes ends at once: whoever waits for the gate wants to know of the last one only.
      if (this.idle) this.#changes.notify();
    };
    response.onEnd(leave);
    response.res.once('close', () => {
      if (inside) timer = setTimeout(leave, ABANDONED_MS).unref();
    });
  }

  close(): void {
    this.#closed = true;
  }

  open(): void {
    this.#closed = false;
    this.#changes.notify();
  }
}
