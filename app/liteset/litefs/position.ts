import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Where a copy of the database stands, as LiteFS says it: the number of its last transaction, and the checksum of the
 * whole database after that transaction. Both are 16 hex digits in lower case, so that strings compare like numbers.
 */
export interface Position {
  readonly txid: string;
  readonly checksum: string;
}

/** The position of a database that has no transaction yet. */
export const ORIGIN: Position = { txid: '0'.repeat(16), checksum: '0'.repeat(16) };

/** Whatever tells where this pod's copy of the database stands. */
export interface PositionSource {
  /** The position; undefined while it is not known. */
  read(): Position | undefined;
  /**
   * Waits until the position covers all that any process of this pod can have seen, and returns it; undefined while there is no
   * such database. Without this method `read` always does. Rejects if that cannot be had.
   */
  settle?(): Promise<Position | undefined>;
  /** Forgets what it knows, or has open. The next call begins anew. */
  close(): void;
}

const LENGTH = 'txid............/checksum........'.length;

/** Reads `<txid>/<checksum>`; undefined if it is not one. */
export function parsePosition(text: string): Position | undefined {
  const [, txid, checksum] = /^([0-9a-f]{16})\/([0-9a-f]{16})$/.exec(text) ?? [];
  return txid === undefined || checksum === undefined ? undefined : { txid, checksum };
}

/** Writes a position as LiteFS does. */
export const formatPosition = ({ txid, checksum }: Position): string => `${txid}/${checksum}`;

/** Whether two positions are the same transaction of the same history. */
export const samePosition = (one: Position, other: Position): boolean =>
  one.txid === other.txid && one.checksum === other.checksum;

/**
 * LiteFS's file `<database>-pos`. It is kept open, which is right as well as quick: LiteFS throws the kernel's copy of
 * it away before it releases the locks of a commit (docs/explanation/decisions/0003-position-of-an-answer.md), so that a read takes
 * microseconds between two transactions and one round trip to LiteFS after each.
 */
export class PositionFile implements PositionSource {
  readonly #path: string;
  readonly #buffer = Buffer.alloc(LENGTH);
  #fd: number | undefined;

  constructor(database: string) {
    this.#path = `${database}-pos`;
  }

  /** The position now; undefined while there is no such database, or LiteFS is gone. */
  read(): Position | undefined {
    try {
      this.#fd ??= openSync(this.#path, 'r');
      const length = readSync(this.#fd, this.#buffer, 0, LENGTH, 0);
      return parsePosition(this.#buffer.toString('latin1', 0, length));
    } catch {
      this.close();
      return undefined;
    }
  }

  /** The position as it is written, which stands for the contents. */
  version(): string | undefined {
    const position = this.read();
    return position && formatPosition(position);
  }

  /** Forgets the open file; the next read opens it again. Needed when LiteFS may have been mounted anew. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
