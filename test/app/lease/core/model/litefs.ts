import type { Positions } from '../../../../../app/liteset/litefs/positions.ts';
import type { Events } from './events.ts';
import { type Clock, Process } from './process.ts';
import type { Random } from './random.ts';
import type { Sidecar } from './sidecar.ts';

type Call<T> = (sidecar: Sidecar, done: (result: T) => void) => void;

/** What a LiteFS finds around it. */
interface Surroundings {
  readonly events: Events;
  readonly random: Random;
  /** How long it waits before it looks for a primary again. */
  readonly reconnectMs: number;
  newId(): string;
  /** Asks for the stream of the LiteFS of that name; undefined if that is not primary. */
  connect(replica: Litefs, name: string): Litefs | undefined;
  /** A transaction on the primary, and its replication. */
  write(primary: Litefs): void;
  led(primary: Litefs): void;
  /** That LiteFS is primary no more: its replicas notice, the one that it switches over to excepted. */
  lost(primary: Litefs, except?: Litefs): void;
}

/** LiteFS 0.5.14's behaviour towards its lease (`monitorLease`, `monitorLeaseAsPrimary`, `monitorLeaseAsReplica`). */
export class Litefs extends Process {
  readonly name: string;
  readonly #world: Surroundings;
  readonly #sidecar: Sidecar;
  readonly #ttlMs: number;
  isPrimary = false;
  clusterId = '';
  positions: Positions = {};
  /** Whose replica it is. */
  following: Litefs | undefined;
  #session = '';
  #renewedAt = 0;
  #idle = false;
  /** Counts the leaves of the renewal loop's select, so that a timer that lost against a switchover does nothing. */
  #turn = 0;

  constructor(world: Surroundings, clock: Clock, name: string, sidecar: Sidecar, ttlMs: number) {
    super(world.events, clock);
    this.name = name;
    this.#world = world;
    this.#sidecar = sidecar;
    this.#ttlMs = ttlMs;
  }

  start(): void {
    this.alive = true;
    this.#loop('');
  }

  override kill(): void {
    super.kill();
    this.#idle = false;
    this.following = undefined;
    if (this.isPrimary) this.#world.lost(this);
    this.isPrimary = false;
  }

  /** `POST /promote` on that replica. */
  switchover(replica: Litefs): void {
    if (!this.isPrimary || !this.#idle || replica.following !== this) return;
    this.#idle = false;
    this.#turn++;
    const session = this.#session;
    this.#call<string>(
      (sidecar, done) => sidecar.work((elector, now) => elector.renew(session, now), done),
      (result) => {
        if (result !== 'renewed') return this.#wait(this.#ttlMs / 2);
        this.isPrimary = false;
        this.#world.lost(this, replica);
        replica.takeOver(session);
        this.#loop('');
      },
      () => this.#wait(this.#ttlMs / 2),
    );
  }

  takeOver(session: string): void {
    if (this.following === undefined) return;
    this.following = undefined;
    this.after(this.#world.random.between(1, 300), () => this.#loop(session));
  }

  /** The primary that this replica follows is gone. */
  disconnect(): void {
    if (this.following === undefined) return;
    this.following = undefined;
    this.#retry();
  }

  #loop(switchedOver: string): void {
    this.#call<string | undefined>(
      (sidecar, done) => sidecar.work((elector, now) => elector.clusterId(now), done),
      (id) => {
        if (id === undefined || (id !== '' && this.clusterId !== '' && id !== this.clusterId)) return this.#retry();
        if (id !== '' && this.clusterId === '') return this.#findPrimary(() => this.#retry());
        if (switchedOver !== '') return this.#acquireExisting(switchedOver);
        this.#findPrimary(() => this.#acquire());
      },
      () => this.#retry(),
    );
  }

  #findPrimary(none: () => void): void {
    this.#call<{ known: boolean; primary?: { primary: string } }>(
      (sidecar, done) => sidecar.work((elector, now) => elector.primary(now), done),
      ({ known, primary }) => {
        if (!known) return this.#retry();
        if (primary === undefined) return none();
        this.following = this.#world.connect(this, primary.primary);
        if (this.following === undefined) return this.#retry();
        if (this.clusterId === '') this.clusterId = this.following.clusterId;
      },
      () => this.#retry(),
    );
  }

  #acquire(): void {
    const session = this.#world.newId();
    const createdAt = this.clock.now();
    this.#call<{ kind: string }>(
      (sidecar, done) => sidecar.work((elector, now) => elector.acquire(session, this.name, now), done),
      ({ kind }) => {
        if (kind === 'acquired') return this.#lead(session, createdAt);
        this.#release(session, () => (kind === 'held' ? this.#findPrimary(() => this.#retry()) : this.#retry()));
      },
      () => this.#release(session, () => this.#retry()),
    );
  }

  #acquireExisting(session: string): void {
    this.#call<string>(
      (sidecar, done) => sidecar.work((elector, now) => elector.renew(session, now), done),
      (result) => {
        if (result !== 'renewed') return this.#retry();
        const renewedAt = this.clock.now();
        this.#call<{ kind: string }>(
          (sidecar, done) => sidecar.work((elector, now) => elector.acquire(session, this.name, now), done),
          ({ kind }) => (kind === 'acquired' ? this.#lead(session, renewedAt) : this.#retry()),
          () => this.#retry(),
        );
      },
      () => this.#retry(),
    );
  }

  #lead(session: string, renewedAt: number): void {
    const become = () => {
      this.#session = session;
      this.#renewedAt = renewedAt;
      this.isPrimary = true;
      this.#world.led(this);
      this.#world.write(this);
      this.#wait(this.#ttlMs / 2);
    };
    const giveUp = () => this.#release(session, () => this.#loop(''));
    this.#call<string | undefined>(
      (sidecar, done) => sidecar.work((elector, now) => elector.clusterId(now), done),
      (id) => {
        if (id === undefined) return giveUp();
        if (id !== '') return become();
        const clusterId = this.clusterId || this.#world.newId();
        this.#call<boolean>(
          (sidecar, done) => sidecar.work((elector, now) => elector.setClusterId(clusterId, now), done),
          (written) => {
            if (!written) return giveUp();
            this.clusterId = clusterId;
            become();
          },
          giveUp,
        );
      },
      giveUp,
    );
  }

  #wait(ms: number): void {
    this.#idle = true;
    const turn = ++this.#turn;
    this.sleep(ms, () => {
      if (this.#turn === turn) this.#renew();
    });
  }

  #renew(): void {
    this.#idle = false;
    this.#world.write(this);
    this.#call<string>(
      (sidecar, done) => sidecar.work((elector, now) => elector.renew(this.#session, now), done),
      (result) => {
        if (result !== 'renewed') return this.#stepDown();
        this.#renewedAt = this.clock.now();
        this.#wait(this.#ttlMs / 2);
      },
      () => {
        if (this.clock.now() - this.#renewedAt + 1_000 > this.#ttlMs) this.sleep(1_000, () => this.#stepDown());
        else this.#wait(1_000);
      },
    );
  }

  #stepDown(): void {
    this.isPrimary = false;
    this.#world.lost(this);
    this.#release(this.#session, () => this.#loop(''));
  }

  #release(session: string, then: () => void): void {
    this.#call((sidecar, done) => sidecar.work((elector, now) => elector.release(session, now), done), then, then);
  }

  #retry(): void {
    this.sleep(this.#world.reconnectMs, () => this.#loop(''));
  }

  /**
   * A call over loopback: it hangs if the sidecar does, and fails if it dies. Liteset's LiteFS steps down when a renewal hangs
   * for longer than its lease (`consul-without-timeout`): here it does not, so that the sidecar has to do without.
   */
  #call<T>(call: Call<T>, done: (result: T) => void, failed: () => void): void {
    const sidecar = this.#sidecar;
    const hop = () => this.#world.random.between(0.1, 1);
    const { life } = this;
    const end = (run: () => void) => {
      if (sidecar.callers.delete(broken)) this.after(hop(), run, life);
    };
    const broken = () => end(failed);
    sidecar.callers.add(broken);
    if (!sidecar.alive) broken();
    else sidecar.after(hop(), () => call(sidecar, (result) => end(() => done(result))));
  }
}
