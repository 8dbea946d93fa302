import type { Database } from 'better-sqlite3';
import { endsTransaction } from './ends-transaction.ts';

/** How a write of a group ended, once all of it is committed or undone. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** How large a group may become. */
export interface GroupLimits {
  /** How many writes one transaction takes at the most; 1 gives each its own. */
  readonly maxGroup: number;
  /** After how much work the transaction is committed and the rest goes into the next one, in milliseconds. */
  readonly maxMs: number;
}

/**
 * Runs writes in one transaction, in their order, each in a savepoint, so that one that throws is undone alone. It returns how
 * each ended, when that is committed; fewer than there are if the group was full: the rest was not begun. If the whole
 * transaction failed, all that were begun have its error, and if it could not begin, a whole group has: the next ones are
 * told so, instead of trying for ever.
 */
export class Group {
  readonly #limits: GroupLimits;
  /** Runs a write in a savepoint of a connection; kept, since making it costs as much as a statement. */
  #nested: { of: Database; run(write: () => unknown): unknown } | undefined;

  constructor(limits: GroupLimits) {
    this.#limits = limits;
  }

  /** `connection` is asked for once; what it throws is the error of the group. */
  run(connection: () => Database, writes: readonly (() => unknown)[]): Outcome[] {
    const outcomes: Outcome[] = [];
    try {
      const open = connection();
      open.transaction(() => this.#fill(open, writes, outcomes)).immediate();
      return outcomes;
    } catch (error) {
      // Also those that had failed by themselves: they may have met a row that was never committed.
      const failed = outcomes.length || Math.min(writes.length, this.#limits.maxGroup);
      return Array.from({ length: failed }, () => ({ error }));
    }
  }

  /** Runs one write of a group, so that nothing is left of it if it throws. */
  protected attempt(connection: Database, write: () => unknown): unknown {
    if (this.#nested?.of !== connection) {
      this.#nested = { of: connection, run: connection.transaction((work: () => unknown) => work()) };
    }
    return this.#nested.run(write);
  }

  #fill(connection: Database, writes: readonly (() => unknown)[], outcomes: Outcome[]): void {
    const { maxGroup, maxMs } = this.#limits;
    const end = performance.now() + maxMs;
    for (const write of writes.slice(0, maxGroup)) {
      try {
        outcomes.push({ value: this.attempt(connection, write) });
      } catch (error) {
        outcomes.push({ error });
        if (!connection.inTransaction || endsTransaction(error)) throw error;
      }
      if (performance.now() >= end) return;
    }
  }
}
