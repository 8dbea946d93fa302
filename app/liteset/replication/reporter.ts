import { setTimeout as delay } from 'node:timers/promises';
import type { Position } from '../litefs/position.ts';
import type { Positions } from '../litefs/positions.ts';
import type { Membership } from '../membership/membership.ts';
import { ReportSession } from './report-session.ts';
import type { Order, Report } from './reports.ts';
import type { Standstill } from './standstill.ts';
import type { Vouched } from './vouched.ts';

/** First and longest pause before the primary is tried again, in milliseconds; it doubles in between. */
const PAUSE_MS = { first: 25, longest: 1_000 };
/** How many of its replaced transactions a pod tells, the newest. */
const REPLACED = 1_000;

/** What the reporter is made of. */
export interface ReporterOptions {
  membership: Membership;
  vouched: Vouched;
  standstill: Standstill;
  /** The cluster port of every pod. */
  port: number;
  /** Whether LiteFS lets this pod become the primary; asked anew for each connection. */
  isCandidate(): Promise<boolean>;
  /** Whether this pod is going down. */
  isLeaving(): boolean;
  /** Whether the volume of this pod is short of room; undefined where nobody looks. */
  isShort(): boolean | undefined;
  /** The primary has switched over to this host. */
  onPrimary(host: string): void;
  /** These of the transactions that were replaced are not in the primary's history; none, if it was a snapshot only. */
  onDiscarded(positions: Position[]): void;
  /**
   * The primary wants this pod to take over, if it is at this position, and once it has all of these of other databases. Returns why it
   * does not, if that is certain.
   */
  promote(position: Position, all: Positions | undefined): Promise<string | undefined>;
}

/**
 * Tells the primary where this replica stands: one request whose body never ends, with a line at each transaction, and
 * orders in its answer. It goes to whoever is the primary.
 */
export class Reporter {
  readonly #options: ReporterOptions;
  #replaced: Position[] | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
    options.membership.onReplaced((before) => {
      this.#replaced = before.slice(-REPLACED);
    });
  }

  /** Reports until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { changes } = this.#options.membership;
    let pause = PAUSE_MS.first;
    while (!signal.aborted) {
      await changes.until(() => this.#host() !== undefined, Number.POSITIVE_INFINITY, signal);
      const host = this.#host();
      if (host === undefined) continue;
      let answered = false;
      await this.#session(host, signal, () => {
        answered = true;
      }).catch(() => {});
      pause = answered ? PAUSE_MS.first : Math.min(2 * pause, PAUSE_MS.longest);
      // A pod that was left for another one needs no pause; one that is gone does.
      if (this.#host() === host) await delay(pause, undefined, { signal }).catch(() => {});
    }
  }

  /** Whom to report to; undefined on the primary, or if none is known. */
  #host(): string | undefined {
    const { membership } = this.#options;
    return membership.role === 'replica' ? membership.primary : undefined;
  }

  /**
   * Whether a stream to this host is of use no more: another pod is the primary. While none is known it goes on, since
   * LiteFS knows none for a moment before it makes this pod the primary, and the old one waits to hear of that.
   */
  #isOver(host: string): boolean {
    const { membership } = this.#options;
    if (membership.role === 'primary') return membership.host !== undefined;
    return membership.primary !== undefined && membership.primary !== host;
  }

  /** One stream, until it breaks or is of use no more. */
  async #session(host: string, signal: AbortSignal, onAnswer: () => void): Promise<void> {
    const { membership, vouched, standstill, port, isCandidate } = this.#options;
    const candidate = await isCandidate().catch(() => false);
    let reported: Position[] | undefined;
    const session = new ReportSession({
      ...{ address: membership.addressOf(host), port, changes: membership.changes, signal },
      isOver: () => this.#isOver(host),
      report: () => {
        const replaced = this.#replaced === reported ? undefined : this.#replaced;
        reported = this.#replaced;
        return { ...this.#report(candidate), ...(replaced && { replaced }) };
      },
    });
    try {
      for await (const order of session.orders()) {
        onAnswer();
        if (order.position) standstill.learn(order.position);
        // Of a stream that is of use no more, it would be said of the time before this pod was the primary.
        if (order.vouched && !session.isEnding) vouched.vouch();
        void this.#obey(order).then((refusal) => refusal !== undefined && session.say({ refusal }));
      }
    } finally {
      session.close();
      standstill.learn(undefined);
    }
  }

  async #obey(order: Order): Promise<string | undefined> {
    const { onDiscarded, onPrimary, promote } = this.#options;
    if (order.primary !== undefined) onPrimary(order.primary);
    if (order.discarded && this.#replaced) {
      this.#replaced = undefined;
      onDiscarded(order.discarded);
    }
    return order.promote && promote(order.promote, order.all);
  }

  #report(candidate: boolean): Report {
    const { membership, vouched, isLeaving, isShort } = this.#options;
    const { pod, host, following } = membership;
    const primary = membership.role === 'primary' && host !== undefined;
    const position = membership.copy.position();
    const state = { pod, position, candidate, following, leaving: isLeaving(), primary, asks: !vouched.vouched };
    const short = isShort();
    return { ...state, ...(short !== undefined && { short }), ...(primary && { host }) };
  }
}
