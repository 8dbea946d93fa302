import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ORIGIN, type Position } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import type { KeepOptions, Logger } from '../options.ts';
import type { Replicas } from './replicas.ts';

/** How many transactions are kept at the most, the newest. */
const MOST = 1_000;

/**
 * Keeps what this pod wrote as the primary and no replica has, when it loses the lease: a new primary may be without it,
 * and LiteFS deletes the files as soon as it has connected to that one. If it is discarded, the copies stay; if it is
 * not, they go.
 *
 * It works while this process lives. After a crash LiteFS has connected before it starts the application: then only
 * who runs before LiteFS could keep the files.
 */
export class DiscardedTransactions {
  readonly #options: KeepOptions;
  readonly #membership: Membership;
  readonly #replicas: Replicas;
  readonly #logger: Logger;
  #kept: { folder: string; last: Position } | undefined;

  constructor(options: KeepOptions, membership: Membership, replicas: Replicas, logger: Logger) {
    this.#options = options;
    this.#membership = membership;
    this.#replicas = replicas;
    this.#logger = logger;
    membership.onDemoted(() => this.#keep());
    membership.onTransaction(() => {
      if (this.#kept && membership.copy.remembers(this.#kept.last)) this.settle([]);
    });
  }

  /** The new primary has said which transactions are not in its history: the copies stay, or they go if there are none. */
  settle(discarded: readonly Position[]): void {
    if (!this.#kept) return;
    const { folder } = this.#kept;
    this.#kept = undefined;
    if (discarded.length === 0) rmSync(folder, { recursive: true, force: true });
    else this.#logger.error(`liteset: the discarded transactions are kept in ${folder}`);
  }

  #keep(): void {
    const last = this.#membership.copy.position();
    const first = this.#replicas.confirmed ?? ORIGIN;
    const txids = between(first.txid, last.txid);
    if (txids.length === 0) return;
    const folder = join(this.#options.into, `${txids[0]}-${last.txid}-${last.checksum}`);
    let count = 0;
    try {
      mkdirSync(folder, { recursive: true });
      for (const txid of txids) {
        copy(join(this.#options.ltx, `${txid}-${txid}.ltx`), join(folder, `${txid}-${txid}.ltx`));
        count++;
      }
    } catch (error) {
      this.#logger.error(
        `liteset: only the first ${count} of ${txids.length} transactions that may be discarded could be kept in ${folder}: ` +
          `${String(error)}. Copy them elsewhere, and make room there for the next time.`,
      );
    }
    if (count > 0) this.#kept = { folder, last };
  }
}

/** LiteFS may have deleted the oldest, whose replicas are then unknown to this pod. */
function copy(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    rmSync(to, { force: true }); // a part of it helps nobody
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The TXIDs after the first, up to the last; the newest of them if they are too many. */
function between(first: string, last: string): string[] {
  const [from, to] = [BigInt(`0x${first}`) + 1n, BigInt(`0x${last}`)];
  const begin = to - from >= BigInt(MOST) ? to - BigInt(MOST) + 1n : from;
  const count = Math.max(0, Number(to - begin) + 1);
  return Array.from({ length: count }, (_one, i) => (begin + BigInt(i)).toString(16).padStart(16, '0'));
}
