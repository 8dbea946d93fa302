import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Membership } from '../membership/membership.ts';
import type { Admission } from './admission.ts';
import type { Application } from './application.ts';
import { connectToPrimary } from './connect-to-primary.ts';
import { mayForward } from './forward.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** What finds the way is made of. */
export interface WayParts {
  membership: Membership;
  admission: Admission;
  /** Undefined where the application answers within this process. */
  application: Application | undefined;
  room: WaitingRoom;
  peerPort: number;
  /** In milliseconds. */
  primaryWaitMs: number;
}

/** The two ways that a request can go. */
export interface Ways {
  /** This pod answers it. Called in the same moment in which that was certain; the connection is the application's. */
  here(connection: Socket | undefined): void;
  /** The primary does, through this connection. */
  there(connection: Socket): void | Promise<void>;
}

/** Finds for each request who answers it where only the primary does: this pod's application, or the primary's. */
export class Way {
  readonly #parts: WayParts;

  constructor(parts: WayParts) {
    this.#parts = parts;
  }

  /**
   * Waits until one of the two can be reached, and takes that way. Nothing of the request has been sent before.
   *
   * @throws Problem if there is none in time, or too many wait.
   */
  async take(req: IncomingMessage, signal: AbortSignal, ways: Ways): Promise<void> {
    if (await this.#takenHere(ways)) return;
    const { membership, admission, room, peerPort: port, primaryWaitMs } = this.#parts;
    const leave = room.enter(req);
    try {
      const end = performance.now() + primaryWaitMs;
      const isOurs = () => admission.takesWrites;
      const whyNot = (cause: unknown) => admission.refusal(req, primaryWaitMs, cause);
      const mayLeave = mayForward(req);
      while (!signal.aborted) {
        const waitMs = end - performance.now();
        const reached = await connectToPrimary({ membership, isOurs, mayLeave, port, waitMs, signal, whyNot });
        if (reached !== 'self') {
          leave();
          return await ways.there(reached);
        }
        if (await this.#takenHere(ways, leave)) return;
        if (performance.now() >= end) throw whyNot(undefined);
      }
    } finally {
      leave();
    }
  }

  async #takenHere(ways: Ways, leave?: () => void): Promise<boolean> {
    const { admission, application } = this.#parts;
    if (!admission.takesWrites) return false;
    const connection = await application?.connect();
    if (application && !connection) return false;
    // The gate may have been closed meanwhile. From here on nothing may come between the look at it and the way through.
    if (!admission.takesWrites) {
      connection?.destroy();
      return false;
    }
    leave?.();
    ways.here(connection);
    return true;
  }
}
