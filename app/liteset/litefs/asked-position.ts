import type { Position, PositionSource } from './position.ts';

/**
 * A position that somebody else has to be asked for. What was answered last is remembered, until LiteFS's events tell of more.
 */
export class AskedPosition implements PositionSource {
  readonly #ask: () => Promise<Position | undefined>;
  #last: Position | undefined;
  /** How often what is remembered has been thrown away. An answer to what was asked before that is as old. */
  #forgotten = 0;
  #asking: Promise<unknown> = Promise.resolve();
  /** The question that is not asked yet. One that has been may have been answered before somebody did what it is to cover. */
  #next: Promise<Position | undefined> | undefined;

  constructor(ask: () => Promise<Position | undefined>) {
    this.#ask = ask;
  }

  read(): Position | undefined {
    return this.#last;
  }

  /** Asks one question at a time, for all who have come before it was asked. */
  settle(): Promise<Position | undefined> {
    this.#next ??= this.#asking.then(() => this.#begin());
    return this.#next;
  }

  close(): void {
    this.#forgotten++;
    this.#last = undefined;
  }

  #begin(): Promise<Position | undefined> {
    this.#next = undefined;
    const forgotten = this.#forgotten;
    const answer = this.#ask().then((position) => {
      if (forgotten === this.#forgotten) this.#last = position;
      return position;
    });
    this.#asking = answer.catch(() => {});
    return answer;
  }
}
