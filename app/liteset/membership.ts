import { EventEmitter } from 'node:events';
import { basename } from 'node:path';
import { Changes } from './changes.ts';
import type { LitefsEvent } from './events.ts';
import { History, type Verdict } from './history.ts';
import type { Logger, Role } from './options.ts';
import { formatPosition, ORIGIN, type Position, PositionFile } from './position.ts';

/**
 * How long the word of the old primary on who took over counts more than LiteFS's, in milliseconds. LiteFS names the old
 * one for a moment after a hand-over, and nobody until it has connected to the new one, for about a second.
 */
const ANNOUNCED_MS = 3_000;

/**
 * What this pod knows of the cluster: its role, who the primary is, and its own position. LiteFS's events tell it;
 * between them nothing is asked. While the stream of events is lost this pod counts as a replica that knows no primary:
 * it must not take a write that LiteFS may refuse.
 */
export class Membership {
  readonly pod: string;
  readonly changes = new Changes();
  readonly #database: string | undefined;
  readonly #file: PositionFile | undefined;
  readonly #logger: Logger;
  readonly #history = new History();
  readonly #emitter = new EventEmitter<{ primary: []; demoted: []; transaction: []; replaced: [Position[]] }>();
  #position = ORIGIN;
  #role: Role = 'replica';
  #primary: string | undefined;
  #announced: { host: string; until: number } | undefined;
  #host: string | undefined;
  #streaming = false;
  #joined = false;

  /** `database` is its path on LiteFS's mount; undefined without LiteFS, when there are no positions. */
  constructor(pod: string, database: string | undefined, logger: Logger) {
    this.pod = pod;
    this.#database = database && basename(database);
    this.#file = database === undefined ? undefined : new PositionFile(database);
    this.#logger = logger;
  }

  get role(): Role {
    return this.#role;
  }

  /** Host name of the primary; the name of this pod if it is the primary. */
  get primary(): string | undefined {
    if (this.#role === 'primary') return this.pod;
    const announced = this.#announced && performance.now() < this.#announced.until ? this.#announced.host : undefined;
    return announced ?? this.#primary;
  }

  /** Whether LiteFS itself follows a primary; after a hand-over that is announced sooner than LiteFS has connected. */
  get following(): boolean {
    return this.#role === 'replica' && this.#primary !== undefined;
  }

  /** Host name of this pod, as LiteFS tells it to the others. It is known once this pod has been the primary. */
  get host(): string | undefined {
    return this.#host;
  }

  set host(host: string | undefined) {
    this.#host = host;
    this.changes.notify();
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
    return this.#file?.read() ?? this.#position;
  }

  /** What stands for the contents of this copy; undefined while LiteFS's file does not tell. */
  version(): string | undefined {
    const position = this.#file?.read();
    return position && formatPosition(position);
  }

  /** Whether this copy has what the token stands for. */
  verdict(token: Position): Verdict {
    return this.#history.compare(token, this.position());
  }

  /** Whether a transaction is certainly in the history of this copy. */
  remembers(position: Position): boolean {
    return this.#history.has(position);
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
    this.#announced = undefined;
    this.#lead('replica', undefined);
  }

  /** Takes in the old primary's word that it has handed over to another pod. */
  announce(host: string): void {
    this.#announced = { host, until: performance.now() + ANNOUNCED_MS };
    this.changes.notify();
  }

  /** Calls the listener each time this pod becomes the primary; at once if it is. */
  onBecomePrimary(listener: () => void): void {
    this.#emitter.on('primary', listener);
    if (this.#role === 'primary') listener();
  }

  /** Calls the listener each time this pod is the primary no more, before LiteFS follows another one. */
  onDemoted(listener: () => void): void {
    this.#emitter.on('demoted', listener);
  }

  /** Calls the listener for each transaction, and when LiteFS's events begin, since what was before is not told. */
  onTransaction(listener: () => void): () => void {
    this.#emitter.on('transaction', listener);
    return () => this.#emitter.off('transaction', listener);
  }

  /** Calls the listener with the transactions that this copy had when a snapshot took their place, oldest first. */
  onReplaced(listener: (before: Position[]) => void): void {
    this.#emitter.on('replaced', listener);
  }

  close(): void {
    this.#file?.close();
  }

  #begin(): void {
    this.#streaming = true;
    this.#history.clear();
    this.#file?.close();
    this.#emitter.emit('transaction');
  }

  #advance(position: Position): void {
    this.#position = position;
    const replaced = this.#history.add(position);
    // LiteFS has set the file before it sent the event. If it shows less, it is a file of the past: open it anew.
    const shown = this.#file?.read();
    if (shown && shown.txid < position.txid) this.#file?.close();
    this.changes.notify();
    this.#emitter.emit('transaction');
    if (replaced.length > 0) this.#emitter.emit('replaced', replaced);
  }

  #lead(role: Role, named: string | undefined): void {
    const promoted = role === 'primary' && this.#role !== 'primary';
    const demoted = role !== 'primary' && this.#role === 'primary';
    const before = this.primary;
    this.#role = role;
    // Just after it has given the lease up, LiteFS may still find its own name there.
    this.#primary = named && named !== this.#host ? named : undefined;
    if (role === 'primary' || this.#primary === this.#announced?.host) this.#announced = undefined;
    if (this.primary !== undefined) this.#joined = true;
    if (this.primary !== before)
      this.#logger.info(`liteset: this pod is ${role}, primary: ${this.primary ?? 'unknown'}`);
    this.changes.notify();
    if (promoted) this.#emitter.emit('primary');
    if (demoted) this.#emitter.emit('demoted');
  }
}
