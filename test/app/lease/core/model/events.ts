interface Event {
  readonly time: number;
  readonly order: number;
  readonly run: () => void;
}

/** What is to happen, in the order of time; what is due at the same time, in the order in which it was planned. */
export class Events {
  readonly #heap: Event[] = [];
  #count = 0;
  /** Real time in milliseconds, which nobody in the model can see. */
  now = 0;

  after(ms: number, run: () => void): void {
    const event = { time: this.now + Math.max(0, ms), order: this.#count++, run };
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Event;
      if (!before(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  /** Lets everything happen up to a time, and calls `check` after each event. */
  runUntil(end: number, check: () => void): void {
    for (let next = this.#heap[0]; next !== undefined && next.time <= end; next = this.#heap[0]) {
      this.#removeFirst();
      this.now = next.time;
      next.run();
      check();
    }
    this.now = end;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!before(heap[child] as Event, last)) break;
      heap[index] = heap[child] as Event;
      index = child;
    }
    heap[index] = last;
  }
}

const before = (one: Event, other: Event): boolean =>
  one.time < other.time || (one.time === other.time && one.order < other.order);
