import { basename } from 'node:path';
import { ORIGIN, type Position, PositionFile } from '../litefs/position.ts';
import { History, type Verdict } from './history.ts';

/** This pod's copy of the database: where it stands, and which transactions are in its history. */
export class Copy {
  /** Name of the database, as LiteFS's events have it. */
  readonly database: string | undefined;
  readonly #file: PositionFile | undefined;
  readonly #history = new History();
  #position = ORIGIN;

  /** `path` is that on LiteFS's mount; undefined without LiteFS, when there are no positions. */
  constructor(path: string | undefined) {
    this.database = path && basename(path);
    this.#file = path === undefined ? undefined : new PositionFile(path);
  }

  /** Its position. It covers every commit and every read transaction that ended before the call. */
  position(): Position {
    return this.livePosition() ?? this.#position;
  }

  /** The same, as LiteFS's file says it now; undefined while that does not, as when LiteFS has ended. */
  livePosition(): Position | undefined {
    return this.#file?.read();
  }

  /** What LiteFS's events have told last. It costs nothing to ask, and may be older than `position()`. */
  get told(): Position {
    return this.#position;
  }

  /** What stands for its contents; undefined while LiteFS's file does not tell. */
  version(): string | undefined {
    return this.#file?.version();
  }

  /** Whether this copy has what the token stands for. */
  verdict(token: Position): Verdict {
    return this.#history.compare(token, this.position());
  }

  /** Whether a transaction is certainly in its history. */
  remembers(position: Position): boolean {
    return this.#history.has(position);
  }

  /** LiteFS's events begin: what was before is not known. */
  begin(): void {
    this.#history.clear();
    this.#file?.close();
    this.#position = this.position();
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
    const shown = this.#file?.read();
    if (shown && shown.txid < position.txid) this.#file?.close();
    return replaced;
  }

  close(): void {
    this.#file?.close();
  }
}
