import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HeldResponse } from '../answers/held-response.ts';
import type { ReadPolicy } from '../answers/read-policy.ts';
import { stampHead } from '../answers/stamp.ts';
import { tokenOf } from '../answers/token.ts';
import type { WritePolicy } from '../answers/write-policy.ts';
import type { Arrivals } from '../group-commit/arrivals.ts';
import { abortOnClose, urlOf } from '../lib/http.ts';
import { isSafe } from '../lib/repeatable.ts';
import { sendJson } from '../lib/send-json.ts';
import type { Membership } from '../membership/membership.ts';
import { STATUS_PATH, statusOf } from '../membership/peers.ts';
import type { Gate } from '../switchover/gate.ts';
import type { Admission } from './admission.ts';
import type { Bodies } from './bodies.ts';
import { connectToPrimary } from './connect-to-primary.ts';
import { refuseCrossOrigin } from './cross-origin.ts';
import { forward, mayForward } from './forward.ts';
import type { ReadWaits } from './read-waits.ts';
import type { VolumeRoom } from './volume-room.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** What decides on requests. Times are in milliseconds. */
export interface RequestOptions {
  arrivals: Arrivals;
  membership: Membership;
  admission: Admission;
  gate: Gate;
  bodies: Bodies;
  /** Undefined where nobody looks at the volume. */
  volume: VolumeRoom | undefined;
  /** Those that wait for a primary. Reads, for which anybody can ask, take no room from writes. */
  rooms: { reads: WaitingRoom; writes: WaitingRoom };
  readWaits: ReadWaits;
  reads: ReadPolicy;
  writes: WritePolicy;
  peerPort: number;
  primaryWaitMs: number;
  /** Whether the other pods ask here how this one stands. */
  answersStatus: boolean;
  /** Name of the cookie that carries the token. */
  tokenCookie: string;
  trustedOrigins: readonly string[];
}

/**
 * Serves a request, or calls `next`, which has this pod answer it.
 *
 * @throws Problem if neither this pod nor the primary can answer it.
 */
export type RequestHandler = (req: IncomingMessage, res: ServerResponse, next: Next) => Promise<void>;

/** Has this pod answer a request: with an `application`, through this connection to it. */
export type Next = (connection?: Socket) => void;

/** Decides for each request whether this pod answers it, now or when it can, or the primary does. */
export function handleRequests(options: RequestOptions): RequestHandler {
  const { arrivals, membership, admission, gate, bodies, volume, rooms, readWaits, reads, writes } = options;
  const { peerPort, primaryWaitMs, tokenCookie, trustedOrigins } = options;

  return async (req, res, next) => {
    let token = tokenOf(req, tokenCookie);
    const response = new HeldResponse(res, (shown = membership.copy.position()) =>
      stampHead(req, res, membership, token, shown, tokenCookie),
    );
    if (options.answersStatus && asksForStatus(req)) return sendJson(res, JSON.stringify(statusOf(membership)));
    const isRead = isSafe(req);
    if (!isRead) {
      refuseCrossOrigin(req, trustedOrigins);
      if (!(await bodies.read(req, res))) return;
    }
    arrivals.note(req.socket);

    const isOurs = () =>
      isRead
        ? !token || membership.copy.verdict(token) === 'covered' || membership.mayActAsPrimary()
        : admission.takesWrites;
    // Nothing may come between the look at the gate and the way through it.
    const answerHere = () => {
      if (isRead) reads.hold(response);
      else {
        volume?.require();
        writes.hold(req, response);
        gate.enter(response);
      }
      next();
    };
    if (isOurs()) return answerHere();

    const signal = abortOnClose(res);
    if (isRead && token && (await readWaits.canAnswer(token, isOurs, signal))) {
      // What the client has seen is covered now, or has been lost: the answer does not show it again.
      token = undefined;
      return answerHere();
    }
    const leave = rooms[isRead ? 'reads' : 'writes'].enter(req);
    try {
      const mayLeave = mayForward(req);
      const whyNot = (cause: unknown) => admission.refusal(req, primaryWaitMs, cause);
      const end = performance.now() + primaryWaitMs;
      let reached: Socket | 'self';
      do {
        const waitMs = end - performance.now();
        reached = await connectToPrimary({ membership, isOurs, mayLeave, port: peerPort, waitMs, signal, whyNot });
        // The gate may have been closed again just now.
      } while (reached === 'self' && !isOurs());
      leave();
      if (reached === 'self') return answerHere();
      await forward(membership.pod, req, res, reached, () => response.passOn());
    } finally {
      leave();
    }
  };
}

/** Whether another pod asks how this one stands. */
export const asksForStatus = (req: IncomingMessage): boolean =>
  req.method === 'GET' && urlOf(req).split('?', 1)[0] === STATUS_PATH;
