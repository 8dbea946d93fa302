import type { Socket } from 'node:net';
import type { Request, RequestHandler } from 'express';
import type { Acknowledgement } from '../answers/acknowledge.ts';
import type { HeldReads } from '../answers/held-reads.ts';
import { stampAnswer } from '../answers/stamp.ts';
import { tokenOf } from '../answers/token.ts';
import type { Arrivals } from '../group-commit/arrivals.ts';
import { abortOnClose } from '../lib/abort-on-close.ts';
import type { Fence } from '../membership/fence.ts';
import type { Membership } from '../membership/membership.ts';
import { statusOf } from '../membership/peers.ts';
import { Problem } from '../problem/problem.ts';
import { problems, RETRY_AFTER } from '../problem/types.ts';
import type { Gate } from '../switchover/gate.ts';
import { connectToPrimary } from './connect-to-primary.ts';
import { forward, mayForward, passedThrough } from './forward.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** Where every pod says its role and position, for the other pods. */
export const STATUS_PATH = '/liteset/status';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What decides on requests. Times are in milliseconds. */
export interface RequestOptions {
  arrivals: Arrivals;
  membership: Membership;
  fence: Fence;
  gate: Gate;
  room: WaitingRoom;
  acknowledgement: Acknowledgement;
  reads: HeldReads;
  peerPort: number;
  primaryWaitMs: number;
  readWaitMs: number;
}

/** Decides for each request whether this pod answers it, now or when it can, or the primary does. */
export function handleRequests(options: RequestOptions): RequestHandler {
  const { arrivals, membership, fence, gate, room, acknowledgement, reads, peerPort, primaryWaitMs, readWaitMs } =
    options;
  // One whose lease has run out, such as after a pause, may lack what another primary has written since.
  const isAuthority = () => membership.role === 'primary' && fence.holds();
  const takesWrites = () => membership.role === 'primary' && !gate.closed && acknowledgement.mayBegin;

  return async (req, res, next) => {
    arrivals.note(req.socket);
    const token = tokenOf(req);
    const stamp = stampAnswer(req, res, membership, token);
    if (req.method === 'GET' && req.path === STATUS_PATH) return void res.json(statusOf(membership));

    const isRead = SAFE.has(req.method);
    const isOurs = () => (isRead ? !token || membership.verdict(token) === 'covered' || isAuthority() : takesWrites());
    // Nothing may come between the look at the gate and the way through it.
    const answerHere = () => {
      if (isRead) reads.hold(res, stamp.freeze);
      else {
        acknowledgement.hold(req, res, stamp.freeze);
        gate.enter(res);
      }
      next();
    };
    if (isOurs()) return answerHere();

    const signal = abortOnClose(res);
    if (isRead && token && membership.verdict(token) === 'behind') {
      if (await membership.changes.until(isOurs, readWaitMs, signal)) return answerHere();
    }
    const leave = room.enter(req);
    try {
      const mayLeave = mayForward(req);
      const whyNot = (cause: unknown) => explain(options, req, cause);
      const end = performance.now() + primaryWaitMs;
      let reached: Socket | 'self';
      do {
        const waitMs = end - performance.now();
        reached = await connectToPrimary({ membership, isOurs, mayLeave, port: peerPort, waitMs, signal, whyNot });
        // The gate may have been closed again just now.
      } while (reached === 'self' && !isOurs());
      leave();
      if (reached === 'self') return answerHere();
      await forward(membership.pod, req, res, reached, stamp.undo);
    } finally {
      leave();
    }
  };
}

/** Why a request got neither this pod nor the primary. Nothing was written. */
function explain(options: RequestOptions, req: Request, cause: unknown): Problem {
  const { membership, gate, acknowledgement, primaryWaitMs } = options;
  const because = (detail: string) => new Problem(problems.noPrimary, detail, { headers: RETRY_AFTER, cause });
  if (membership.role === 'primary') {
    return gate.closed ? because(`A switchover has gone on for ${primaryWaitMs} ms.`) : acknowledgement.refusal();
  }
  if (membership.primary === undefined) return because(`No primary was known for ${primaryWaitMs} ms.`);
  if (mayForward(req)) {
    return because(`The primary ${membership.primary} could not be reached within ${primaryWaitMs} ms.`);
  }
  const passed = passedThrough(req).join(', ');
  return because(`${passed} took ${membership.pod} for the primary, which it is not. Nothing was written.`);
}
