import { EventEmitter } from 'node:events';
import type { LitefsEvent } from '../litefs/events.ts';
import type { Position, PositionSource } from '../litefs/position.ts';
import type { Logger, Role } from '../options.ts';
import { Changes } from './changes.ts';
import { Copy } from './copy.ts';
import { Fence } from './fence.ts';
import { Leadership } from './leadership.ts';

interface Located {
  readonly host: string;
  readonly address: string;
}

/**
 * What this pod knows of the cluster: role, primary, its own copy, and until when its lease lasts. LiteFS's events tell it.
 * While they are lost this pod counts as a replica that knows no primary: it must not take a write that LiteFS may refuse.
 */
export class Membership {
  readonly pod: string;
  readonly changes = new Changes();
  readonly copy: Copy;
  readonly fence: Fence;
  readonly #logger: Logger;
  readonly #leadership: Leadership;
  readonly #emitter = new EventEmitter<{ primary: []; demoted: []; transaction: []; replaced: [Position[]] }>();
  #located: Located | undefined;
  #suggested: Located | undefined;
  #streaming = false;
  #joined = false;

  /**
   * `database`: its path on LiteFS's mount; none without LiteFS. `fenceUrl`: where the end of the lease is told. `positions`: who tells
   * positions, if not LiteFS's file.
   */
  constructor(
    pod: string,
    database: string | undefined,
    logger: Logger,
    fenceUrl?: string,
    positions?: PositionSource,
  ) {
    this.pod = pod;
    this.copy = new Copy(database, positions);
    this.fence = new Fence(fenceUrl, this.changes, (host, address) => this.locate(host, address));
    this.#leadership = new Leadership(pod);
    this.#logger = logger;
  }

  get role(): Role {
    return this.#leadership.role;
  }

  /** Host name of the primary; the name of this pod if it is the primary. */
  get primary(): string | undefined {
    return this.#leadership.primary;
  }

  /** Where to connect to a host: the address that is known for it, or else its name. */
  addressOf(host: string): string {
    return [this.#located, this.#suggested].find((located) => located?.host === host)?.address ?? host;
  }

  /** Takes in the address of a host, which is the primary or will be. */
  locate(host: string, address: string): void {
    this.#located = { host, address };
  }

  /** Whether LiteFS itself follows a primary. */
  get following(): boolean {
    return this.#leadership.following;
  }

  /** Host name of this pod, as LiteFS tells it to the others. It is known once this pod has been the primary. */
  get host(): string | undefined {
    return this.#leadership.host;
  }

  set host(host: string | undefined) {
    this.#leadership.host = host;
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

  /**
   * Whether this pod is the primary, and its lease lasts: one whose lease has run out, such as after a pause, may lack what
   * another primary has written since. With `epoch`, whether it has been the primary all the time since that time began.
   */
  mayActAsPrimary(epoch = this.fence.epoch): boolean {
    return this.role === 'primary' && this.fence.holds(epoch);
  }

  /** Takes in an event of LiteFS; with the first one where the copy stands, if somebody was asked for it. */
  apply(event: LitefsEvent, position?: Position): void {
    if (event.type === 'tx') {
      if (event.db !== this.copy.database) return;
      const replaced = this.copy.advance({ txid: event.data.txID, checksum: event.data.postApplyChecksum });
      this.changes.notify();
      this.#emitter.emit('transaction');
      if (replaced.length > 0) this.#emitter.emit('replaced', replaced);
      return;
    }
    if (event.type === 'init') {
      this.#streaming = true;
      this.copy.begin(position);
      this.#emitter.emit('transaction');
    }
    const { isPrimary, hostname } = event.data;
    this.#lead(() => this.#leadership.set(isPrimary ? 'primary' : 'replica', hostname));
  }

  /** Takes in that LiteFS's events are lost. */
  lose(error: unknown): void {
    if (this.#streaming) this.#logger.warn(`liteset: lost LiteFS's events, will try again: ${String(error)}`);
    this.#streaming = false;
    this.#lead(() => this.#leadership.lose());
  }

  /** Takes in the old primary's word that it has switched over to another pod. */
  announce(host: string): void {
    this.#leadership.announce(host);
    this.changes.notify();
  }

  /**
   * Takes in that the pod at an address says that it is the primary, for as long as LiteFS names none. It says the pod's name, which
   * nobody can connect to: LiteFS's name for the same pod is another.
   */
  suggest(host: string, address: string): void {
    this.#suggested = { host, address };
    this.#leadership.suggest(host);
    this.changes.notify();
  }

  /** Calls the listener each time this pod becomes the primary; at once if it is. */
  onBecomePrimary(listener: () => void): void {
    this.#emitter.on('primary', listener);
    if (this.role === 'primary') listener();
  }

  /** Calls the listener each time `primary` has changed, whoever said so. */
  onPrimaryChange(listener: () => void): void {
    let last = this.primary;
    this.changes.listen(() => {
      const { primary } = this;
      if (primary === last) return;
      last = primary;
      listener();
    });
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

  #lead(change: () => void): void {
    const { role: former, primary: before } = this.#leadership;
    change();
    const { role, primary } = this.#leadership;
    this.#joined ||= primary !== undefined;
    if (primary !== before) this.#logger.info(`liteset: this pod is ${role}, primary: ${primary ?? 'unknown'}`);
    this.changes.notify();
    if (role !== former) this.#emitter.emit(role === 'primary' ? 'primary' : 'demoted');
  }
}
