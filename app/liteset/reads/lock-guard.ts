import { setTimeout as delay } from 'node:timers/promises';
import { sqliteCode } from '../lib/sqlite-code.ts';

/** Pause between two looks whether the lock is free again, in milliseconds. */
const PAUSE_MS = 250;

/** What a read is told while somebody holds the lock: SQLite was not asked. */
class LockHeld extends Error {
  readonly code = 'SQLITE_BUSY';
}

/**
 * Keeps the thread that answers requests from waiting for a lock again and again. While LiteFS takes in a large transaction, or somebody
 * has its write lock, each read would wait for as long as SQLite's `busy_timeout` is, and nobody would be answered meanwhile. After the
 * first all are told at once that the database is busy, until somebody else has read it: a process of `LongReads`, which may wait.
 */
export class LockGuard {
  readonly #tryElsewhere: () => Promise<unknown>;
  #held = false;

  /** `tryElsewhere` reads the database without holding this thread up. It is rejected if it cannot. */
  constructor(tryElsewhere: () => Promise<unknown>) {
    this.#tryElsewhere = tryElsewhere;
  }

  /** @throws an error with the code SQLITE_BUSY while the lock is held. */
  check(): void {
    if (this.#held) throw new LockHeld('Its lock is held for long.');
  }

  /** Runs a read, if the lock is not known to be held. */
  run<Result>(read: () => Result): Result {
    this.check();
    try {
      return read();
    } catch (error) {
      // SQLITE_PROTOCOL is what comes after ten seconds where no timeout counts.
      if (/^SQLITE_(BUSY|PROTOCOL)/.test(sqliteCode(error) ?? '')) void this.#awaitFree();
      throw error;
    }
  }

  async #awaitFree(): Promise<void> {
    if (this.#held) return;
    this.#held = true;
    while (this.#held) {
      await this.#tryElsewhere().then(
        () => {
          this.#held = false;
        },
        () => delay(PAUSE_MS, undefined, { ref: false }),
      );
    }
  }
}
