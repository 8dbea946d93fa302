import { basename } from 'node:path';
import { formatPosition, ORIGIN, type Position, PositionFile, type PositionSource } from '../litefs/position.ts';
import { History, type Verdict } from './history.ts';

/** This pod's copy of the database: where it stands, and which transactions are in its history. */
export class Copy {
  /** Name of the database, as LiteFS's events have it. */
  readonly database: string | undefined;
  readonly #source: PositionSource | undefined;
  readonly #history = new History();
  #position = ORIGIN;

  /**
   * `path` is that on LiteFS's mount; undefined without LiteFS, when there are no positions. They are told by `source`; by LiteFS's
   * file if there is none.
   */
  constructor(path: string | undefined, source?: PositionSource) {
    this.database = path && basename(path);
    this.#source = path === undefined ? undefined : (source ?? new PositionFile(path));
  }

  /** Its position. It covers every commit and every read transaction that ended before the call. */
  position(): Position {
    return this.livePosition() ?? this.#position;
  }

  /** The same, as LiteFS's file says it now; undefined while that does not, as when LiteFS has ended. */
  livePosition(): Position | undefined {
    return this.#source?.read();
  }

  /** Whether `settle` has to be waited for: other processes write, and a position that is merely read may lack what they did. */
  get settles(): boolean {
    return this.#source?.settle !== undefined;
  }

  /** See `PositionSource.settle`. */
  async settle(): Promise<Position | undefined> {
    return this.#source?.settle ? this.#source.settle() : this.livePosition();
  }

  /** What LiteFS's events have told last. It costs nothing to ask, and may be older than `position()`. */
  get told(): Position {
    return this.#position;
  }

  /** What stands for its contents; undefined while LiteFS's file does not tell. */
  version(): string | undefined {
    const position = this.livePosition();
    return position && formatPosition(position);
  }

  /** Whether this copy has what the token stands for. */
  verdict(token: Position): Verdict {
    return this.#history.compare(token, this.position());
  }

  /** Whether a transaction is certainly in its history. */
  remembers(position: Position): boolean {
    return this.#history.has(position);
  }

  /** LiteFS's events begin: what was before is not known. `position` is where the copy stands, if somebody was asked for it. */
  begin(position?: Position): void {
    this.#history.clear();
    this.#source?.close();
    this.#position = position ?? this.position();
  }

  /** Whether the next transaction may be of another history, whatever its number: the primary's, in place of what only this pod has. */
  expectDivergence(on: boolean): void {
    this.#history.expectDivergence(on);
  }

  /** Takes in a transaction. Returns those that a snapshot has taken the place of, oldest first. */
  advance(position: Position): Position[] {
    this.#position = position;
    const replaced = this.#history.add(position);
    // LiteFS has set the file before it sent the event. If it shows less, it is a file of the past: open it anew.
    const shown = this.#source?.read();
    if (replaced.length > 0 || shown === undefined || shown.txid < position.txid) this.#source?.close();
    return replaced;
  }

  close(): void {
    this.#source?.close();
  }
}
