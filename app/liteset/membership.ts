import { EventEmitter } from 'node:events';
import { basename } from 'node:path';
import type { LitefsEvent } from './events.ts';
import { History, type Verdict } from './history.ts';
import type { Logger, Role } from './liteset.ts';
import { ORIGIN, type Position, PositionFile } from './position.ts';

/**
 * What this pod knows of the cluster: its role, who the primary is, and its own position. LiteFS's events tell it;
 * between them nothing is asked. While the stream of events is lost this pod counts as a replica that knows no primary:
 * it must not take a write that LiteFS may refuse.
 */
export class Membership {
  readonly pod: string;
  readonly #database: string;
  readonly #file: PositionFile;
  readonly #logger: Logger;
  readonly #history = new History();
  readonly #emitter = new EventEmitter<{ change: []; primary: [] }>().setMaxListeners(0);
  #position = ORIGIN;
  #role: Role = 'replica';
  #primary: string | undefined;
  #streaming = false;
  #joined = false;

  constructor(pod: string, database: string, logger: Logger) {
    this.pod = pod;
    this.#database = basename(database);
    this.#file = new PositionFile(database);
    this.#logger = logger;
  }

  get role(): Role {
    return this.#role;
  }

  /** Host name of the primary; the name of this pod if it is the primary. */
  get primary(): string | undefined {
    return this.#role === 'primary' ? this.pod : this.#primary;
  }

  /** Whether LiteFS's events arrive. */
  get streaming(): boolean {
    return this.#streaming;
  }

  /** Whether LiteFS answers and this pod has been the primary or has had one. It stays true when the primary goes. */
  get connected(): boolean {
    return this.#streaming && this.#joined;
  }

  /** The position of this copy. It covers every commit and every read transaction that ended before the call. */
  position(): Position {
    return this.#file.read() ?? this.#position;
  }

  /** Whether this copy has what the token stands for. */
  verdict(token: Position): Verdict {
    return this.#history.compare(token, this.position());
  }

  /** Takes in an event of LiteFS. */
  apply(event: LitefsEvent): void {
    if (event.type === 'tx') {
      if (event.db === this.#database) this.#advance({ txid: event.data.txID, checksum: event.data.postApplyChecksum });
      return;
    }
    if (event.type === 'init') this.#begin();
    this.#lead(event.data.isPrimary ? 'primary' : 'replica', event.data.hostname);
  }

  /** Takes in that LiteFS's events are lost. */
  lose(error: unknown): void {
    if (this.#streaming) this.#logger.warn(`liteset: lost LiteFS's events, will try again: ${String(error)}`);
    this.#streaming = false;
    this.#lead('replica', undefined);
  }

  /** Calls the listener each time this pod becomes the primary; at once if it is. */
  onBecomePrimary(listener: () => void): void {
    this.#emitter.on('primary', listener);
    if (this.#role === 'primary') listener();
  }

  /** Waits until the condition holds, asking it after each event. False if it did not within `ms`, or at the signal. */
  until(condition: () => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (held: boolean) => {
        clearTimeout(timer);
        this.#emitter.off('change', check);
        signal.removeEventListener('abort', giveUp);
        resolve(held);
      };
      const check = () => condition() && end(true);
      const giveUp = () => end(false);
      const timer = setTimeout(giveUp, ms);
      this.#emitter.on('change', check);
      signal.addEventListener('abort', giveUp);
      if (signal.aborted) giveUp();
    });
  }

  close(): void {
    this.#file.close();
  }

  #begin(): void {
    this.#streaming = true;
    this.#history.clear();
    this.#file.close();
  }

  #advance(position: Position): void {
    this.#position = position;
    this.#history.add(position);
    // LiteFS has set the file before it sent the event. If it shows less, it is a file of the past: open it anew.
    const shown = this.#file.read();
    if (shown && shown.txid < position.txid) this.#file.close();
    this.#emitter.emit('change');
  }

  #lead(role: Role, primary: string | undefined): void {
    const promoted = role === 'primary' && this.#role !== 'primary';
    const before = this.primary;
    this.#role = role;
    this.#primary = primary || undefined;
    if (this.primary !== undefined) this.#joined = true;
    if (this.primary !== before)
      this.#logger.info(`liteset: this pod is ${role}, primary: ${this.primary ?? 'unknown'}`);
    this.#emitter.emit('change');
    if (promoted) this.#emitter.emit('primary');
  }
}
