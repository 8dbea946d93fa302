import type { Events } from './events.ts';

/** The clock of a node: it runs at a rate of its own, and what it showed at the start is arbitrary. */
export class Clock {
  readonly rate: number;
  readonly #offset: number;
  readonly #events: Events;

  constructor(events: Events, rate: number, offset: number) {
    this.#events = events;
    this.rate = rate;
    this.#offset = offset;
  }

  now(): number {
    return this.#offset + this.rate * this.#events.now;
  }
}

/** A process that can be killed, started anew, and held up (SIGSTOP, a busy node): what is due meanwhile comes late. */
export class Process {
  readonly clock: Clock;
  readonly events: Events;
  alive = true;
  /** Counts the starts. */
  life = 0;
  #pausedUntil = 0;

  constructor(events: Events, clock: Clock) {
    this.events = events;
    this.clock = clock;
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.events.now + ms);
  }

  kill(): void {
    this.alive = false;
    this.life++;
    this.#pausedUntil = 0;
  }

  /** Runs something in this process after a time in real milliseconds, unless it was killed since the life it belongs to. */
  after(realMs: number, run: () => void, life = this.life): void {
    const attempt = () => {
      if (this.life !== life || !this.alive) return;
      const rest = this.#pausedUntil - this.events.now;
      if (rest > 0) this.events.after(rest, attempt);
      else run();
    };
    this.events.after(realMs, attempt);
  }

  /** The same after a time on this process's own clock. */
  sleep(ms: number, run: () => void): void {
    this.after(ms / this.clock.rate, run);
  }
}
