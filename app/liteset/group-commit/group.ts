import type { Database, Statement } from 'better-sqlite3';
import { sqliteCode } from '../lib/sqlite-code.ts';
import { Problem } from '../problem/problem.ts';
import { LOOK_FIRST, problems } from '../problem/types.ts';
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

/** How large a group becomes if nothing else is asked for. */
export const DEFAULT_LIMITS: GroupLimits = { maxGroup: 64, maxMs: 20 };

/**
 * Runs writes in one transaction, in their order, each in a savepoint, so that one that throws is undone alone. It returns how
 * each ended, when that is committed; fewer than there are if the group was full: the rest was not begun, or was undone. If
 * the whole transaction failed, all that were begun have its error, and if it could not begin, a whole group has: the next
 * ones are told so, instead of trying for ever. If one of them broke a rule of the database for all, they are run again in
 * smaller groups, until it is alone.
 *
 * SQLite does not notice that LiteFS ends in the middle of its commit: it ignores that it cannot unlock, which is when LiteFS takes the
 * transaction. So a group that has changed something is committed only if LiteFS's position has changed, too.
 */
export class Group {
  readonly #limits: GroupLimits;
  readonly #version: () => string | undefined;
  /** What is prepared on a connection; kept, since making it costs as much as a statement. */
  #prepared: Prepared | undefined;

  /** `version` is `Liteset.version`. While it is undefined, as on a plain file, SQLite's word is taken. */
  constructor(limits: GroupLimits, version: () => string | undefined = () => undefined) {
    this.#limits = limits;
    this.#version = version;
  }

  /** `connection` is asked for once; what it throws is the error of the group. */
  run(connection: () => Database, writes: readonly (() => unknown)[]): Outcome[] {
    const outcomes: Outcome[] = [];
    try {
      const open = connection();
      const before = open.transaction(() => this.#fill(open, writes, outcomes)).immediate();
      if (before !== undefined && [before, undefined].includes(this.#version())) throw notTaken();
      return outcomes;
    } catch (error) {
      // A rule of the database that undoes all, such as RAISE(ROLLBACK) or a deferred reference, is broken by one of them.
      if (outcomes.length > 1 && isConstraint(error)) {
        return this.run(connection, writes.slice(0, Math.ceil(outcomes.length / 2)));
      }
      // Also those that had failed by themselves: they may have met a row that was never committed.
      const failed = outcomes.length || Math.min(writes.length, this.#limits.maxGroup);
      return Array.from({ length: failed }, () => ({ error }));
    }
  }

  /** Runs one write of a group, so that nothing is left of it if it throws. */
  protected attempt(connection: Database, write: () => unknown): unknown {
    return this.#on(connection).nested(write);
  }

  /** Returns the version before, if it has to be another one after the commit. */
  #fill(connection: Database, writes: readonly (() => unknown)[], outcomes: Outcome[]): string | undefined {
    const { maxGroup, maxMs } = this.#limits;
    const before = this.#version();
    const { changes } = this.#on(connection);
    let changed = false;
    const end = performance.now() + maxMs;
    for (const write of writes.slice(0, maxGroup)) {
      try {
        const count: number | undefined = changed ? undefined : changes.get();
        outcomes.push({ value: this.attempt(connection, write) });
        changed ||= changes.get() !== count;
      } catch (error) {
        outcomes.push({ error });
        if (!connection.inTransaction || endsTransaction(error)) throw error;
      }
      if (performance.now() >= end) break;
    }
    return changed ? before : undefined;
  }

  #on(connection: Database): Prepared {
    if (this.#prepared?.of !== connection) {
      const changes = connection.prepare<[], number>('SELECT total_changes()').pluck();
      this.#prepared = { of: connection, nested: connection.transaction((work) => work()), changes };
    }
    return this.#prepared;
  }
}

interface Prepared {
  readonly of: Database;
  /** Runs a write in a savepoint. */
  readonly nested: (write: () => unknown) => unknown;
  /** How many rows the connection has changed so far. */
  readonly changes: Statement<[], number>;
}

const isConstraint = (error: unknown): boolean => sqliteCode(error)?.startsWith('SQLITE_CONSTRAINT') ?? false;

function notTaken(): Problem {
  const detail = 'SQLite has committed it, and LiteFS has not taken it: it has ended, or cannot write to its disk.';
  return new Problem(problems.notReplicated, `${detail} ${LOOK_FIRST}`);
}
