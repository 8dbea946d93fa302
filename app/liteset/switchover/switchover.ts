import { setTimeout as delay } from 'node:timers/promises';
import type { Counters } from '../counters.ts';
import { samePosition } from '../litefs/position.ts';
import type { Positions } from '../litefs/positions.ts';
import type { Membership } from '../membership/membership.ts';
import type { Logger } from '../options.ts';
import { Problem } from '../problem/problem.ts';
import { problems } from '../problem/types.ts';
import type { Replica, Replicas } from '../replication/replicas.ts';
import type { Application } from '../routing/application.ts';
import { endWrites } from './end-writes.ts';
import type { Gate } from './gate.ts';
import { failed, PromotionRefused, promote } from './promotion.ts';

/** So near, in transactions, a replica has to be before writes are held: it then needs milliseconds for the rest. */
const NEAR = 64n;
/**
 * How often a switchover is tried when LiteFS refuses it, and the pause in between in milliseconds, in which writes go on.
 * LiteFS does while its connection to the primary is new or breaks, although it names one.
 */
const TRIES = { most: 3, pauseMs: 250 };

/** How long a pod that is named may take to report again, in milliseconds: right after a switchover it has to find the new primary. */
const RECONNECT_MS = 2_000;

/** A switchover that was done. */
export interface SwitchoverResult {
  from: string;
  to: string;
  /** TXID that both had when the lease moved. */
  position: string;
  /** How long writes were held, in milliseconds. */
  heldMs: number;
}

/** What a switchover is done with. */
export interface SwitchoverOptions {
  membership: Membership;
  gate: Gate;
  replicas: Replicas;
  counters: Counters;
  logger: Logger;
  /** What has to stop first. Undefined where the application answers within this process. */
  application?: Application | undefined;
  /** Where all databases stand. Undefined where there is one, which is followed all the time. */
  positions?: (() => Promise<Positions>) | undefined;
  /** Whether the lease can move at all: not with a static one. */
  allowed: boolean;
  /** How long writes may be held before the lease moves, in milliseconds. */
  timeoutMs: number;
}

/** Gives the role of the primary to a replica without losing or failing a write. One at a time. */
export class Switchover {
  readonly #options: SwitchoverOptions;
  #running = false;

  constructor(options: SwitchoverOptions) {
    this.#options = options;
  }

  /** Whether a switchover can be begun now. */
  get mayBegin(): boolean {
    const { membership, allowed } = this.#options;
    return allowed && membership.role === 'primary' && !this.#running && this.#eligible(undefined).length > 0;
  }

  /** Whether a pod that has room on its volume could take over. */
  get mayFindRoom(): boolean {
    const { membership, allowed } = this.#options;
    const hasRoom = ({ short }: Replica) => short === false;
    return allowed && membership.role === 'primary' && this.#eligible(undefined).some(hasRoom);
  }

  /**
   * Switches over to a pod, or to the replica that is level first.
   *
   * @throws Problem `switchover-refused` if it cannot be begun, `switchover-failed` if it did not succeed. This pod is
   * then still the primary and takes writes again, unless the detail says otherwise.
   */
  async run(target?: string): Promise<SwitchoverResult> {
    const { logger, counters } = this.#options;
    await this.#reconnects(target);
    this.#check(target);
    this.#running = true;
    try {
      const result = await this.#try(target, TRIES.most);
      counters.switchovers++;
      counters.switchoverSeconds += result.heldMs / 1_000;
      logger.info(`liteset: switched over to ${result.to} at ${result.position}, writes held for ${result.heldMs} ms`);
      return result;
    } catch (error) {
      counters.switchoversFailed++;
      logger.warn(`liteset: could not switch over: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    } finally {
      this.#running = false;
    }
  }

  async #reconnects(target: string | undefined): Promise<void> {
    const { membership, allowed } = this.#options;
    if (target === undefined || !allowed) return;
    const isDecided = () => this.#running || membership.role !== 'primary' || this.#eligible(target).length > 0;
    await membership.changes.until(isDecided, RECONNECT_MS);
  }

  #check(target: string | undefined): void {
    const { membership, allowed, replicas } = this.#options;
    const refuse = (detail: string) => {
      throw new Problem(problems.switchoverRefused, detail, { extensions: { primary: membership.primary ?? null } });
    };
    if (!allowed) refuse('The lease of this cluster cannot move.');
    if (membership.role !== 'primary') refuse(`${membership.pod} is not the primary.`);
    if (this.#running) refuse('A switchover goes on already.');
    if (this.#eligible(target).length > 0) return;
    const state = ({ pod, leaving, following }: Replica) =>
      leaving ? `${pod} (going down)` : following ? pod : `${pod} (not following)`;
    const known = replicas.all().map(state);
    refuse(
      `No replica${target === undefined ? '' : ` named ${target}`} can take over. Connected: ${known.join(', ') || 'none'}.`,
    );
  }

  /** One without room takes over only if it is asked for, or all are. */
  #eligible(target: string | undefined): Replica[] {
    const can = ({ pod, candidate, following, leaving }: Replica) =>
      candidate && following && !leaving && (target === undefined || pod === target);
    const those = this.#options.replicas.all().filter(can);
    const withRoom = those.filter(({ short }) => !short);
    return withRoom.length > 0 ? withRoom : those;
  }

  async #try(target: string | undefined, left: number): Promise<SwitchoverResult> {
    try {
      return await this.#move(target);
    } catch (error) {
      if (!(error instanceof PromotionRefused) || left <= 1) throw error;
      await delay(TRIES.pauseMs);
      return this.#try(target, left - 1);
    }
  }

  async #move(target: string | undefined): Promise<SwitchoverResult> {
    const { membership, gate, timeoutMs } = this.#options;
    const { changes } = membership;
    const isNear = ({ position }: Replica) => lag(membership.copy.position().txid, position.txid) <= NEAR;
    if (!(await changes.until(() => this.#eligible(target).some(isNear), timeoutMs)))
      throw failed('The replica is too far behind.');

    gate.close();
    const began = performance.now();
    let moved = false;
    try {
      const end = await endWrites(this.#options, began + timeoutMs);
      const successor = await this.#level(target, end);
      const position = membership.copy.position();
      await promote(successor, this.#options);
      moved = true;
      const heldMs = Math.round(performance.now() - began);
      return { from: membership.pod, to: successor.pod, position: position.txid, heldMs };
    } finally {
      await this.#options.application?.start(moved);
      gate.open();
    }
  }

  /** Waits for a replica that has all that this pod has. */
  async #level(target: string | undefined, end: number): Promise<Replica> {
    const { membership, counters } = this.#options;
    const isLevel = ({ position }: Replica) => samePosition(position, membership.copy.position());
    // Answers that wait for more replicas than this one would not know any more who has them.
    await membership.changes.until(
      () => counters.holding === 0 && this.#eligible(target).some(isLevel),
      end - performance.now(),
    );
    const successor = this.#eligible(target).find(isLevel);
    if (!successor) throw failed('No replica has caught up in time.');
    return successor;
  }
}

const lag = (ours: string, theirs: string): bigint => BigInt(`0x${ours}`) - BigInt(`0x${theirs}`);
