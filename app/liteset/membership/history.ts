import type { Position } from '../litefs/position.ts';

/** How many transactions back another history is told from ours. Beyond that a token of it is taken for one of ours. */
const REMEMBERED = 4_096;

/** Whether this copy has what a token stands for: it has it, it does not yet, or the token is of another history. */
export type Verdict = 'covered' | 'behind' | 'foreign';

/** The checksums of the last transactions, by TXID. */
export class History {
  readonly #checksums = new Map<string, string>();
  #last: Position | undefined;
  #doubted = false;

  /**
   * Adds a transaction. One that does not follow the last is a snapshot: what was before may be another history. It is
   * returned, oldest first, and forgotten here. By their numbers, a snapshot may follow by chance: see `expectDivergence`.
   */
  add(position: Position): Position[] {
    const { txid, checksum } = position;
    if (txid === this.#last?.txid && checksum === this.#last.checksum) return [];
    const follows = !this.#doubted && this.#last !== undefined && number(txid) === number(this.#last.txid) + 1n;
    this.#doubted = false;
    const replaced = follows ? [] : this.positions();
    if (!follows) this.clear();
    this.#checksums.set(txid, checksum);
    this.#last = position;
    const [oldest] = this.#checksums.keys();
    if (this.#checksums.size > REMEMBERED && oldest !== undefined) this.#checksums.delete(oldest);
    return replaced;
  }

  /** Whether the next transaction may be a snapshot, whatever its number. */
  expectDivergence(on: boolean): void {
    this.#doubted = on;
  }

  /** Whether this transaction is remembered, and not one of the same number. */
  has({ txid, checksum }: Position): boolean {
    return this.#checksums.get(txid) === checksum;
  }

  /** What is remembered, oldest first. */
  positions(): Position[] {
    return [...this.#checksums].map(([txid, checksum]) => ({ txid, checksum }));
  }

  clear(): void {
    this.#checksums.clear();
    this.#last = undefined;
  }

  /** Compares a token with the position of this copy. */
  compare(token: Position, position: Position): Verdict {
    if (token.txid > position.txid) return 'behind';
    const checksum = token.txid === position.txid ? position.checksum : this.#checksums.get(token.txid);
    return checksum === undefined || checksum === token.checksum ? 'covered' : 'foreign';
  }
}

const number = (txid: string): bigint => BigInt(`0x${txid}`);
