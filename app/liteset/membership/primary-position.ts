import { setTimeout as delay } from 'node:timers/promises';
import type { Position } from '../litefs/position.ts';
import type { Membership } from './membership.ts';
import { askStatus } from './peers.ts';

/**
 * How long others may join a question before it is asked, in milliseconds. It is longer than replication takes: most have what they wait
 * for by then, and nothing is asked.
 */
const JOIN_MS = 20;

/** A question to the primary where it stands. */
export class Question {
  /** How many wait for the answer. */
  waiting = 0;
  /** Where the primary stood after all of them had come; undefined before it has answered, or if it does not. */
  position: Position | undefined;
  isOver = false;
}

/**
 * Asks the primary where it stands, one question at a time for all who want to know: what anybody can ask for must not cost the
 * primary a request each. It has all that clients have seen until then, or nobody has it any more.
 */
export class PrimaryPosition {
  readonly #membership: Membership;
  readonly #port: number;
  /** The question that is not asked yet. One that has been may have been answered before somebody saw what is asked for. */
  #next: Question | undefined;
  #before: Promise<void> = Promise.resolve();

  /** `port`: where every pod says its status. */
  constructor(membership: Membership, port: number) {
    this.#membership = membership;
    this.#port = port;
  }

  /** Joins the next question. Changes are notified of its end; whoever leaves before takes itself out of `waiting`. */
  join(): Question {
    this.#next ??= this.#begin(new Question());
    this.#next.waiting++;
    return this.#next;
  }

  #begin(question: Question): Question {
    this.#before = this.#before.then(async () => {
      await delay(JOIN_MS);
      this.#next = undefined;
      if (question.waiting > 0) question.position = await this.#ask();
      question.isOver = true;
      this.#membership.changes.notify();
    });
    return question;
  }

  async #ask(): Promise<Position | undefined> {
    const { role, primary } = this.#membership;
    if (role === 'primary' || primary === undefined) return undefined;
    const status = await askStatus(this.#membership.addressOf(primary), this.#port);
    if (!status?.actsAsPrimary || status.checksum === undefined) return undefined;
    return { txid: status.position, checksum: status.checksum };
  }
}
