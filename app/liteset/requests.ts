import type { Request, RequestHandler } from 'express';
import { stampAnswer } from './answer.ts';
import { closed } from './closed.ts';
import { FORWARDED_HEADER, forward } from './forward.ts';
import type { Membership } from './membership.ts';
import { statusOf } from './peers.ts';
import { Problem } from './problem.ts';
import { problems, RETRY_AFTER } from './problems.ts';
import { reachPrimary } from './reach.ts';
import { tokenOf } from './token.ts';

/** Where every pod says its role and position, for the other pods. */
export const STATUS_PATH = '/liteset/status';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Limits of `handleRequests`. Times are in milliseconds. */
export interface Limits {
  peerPort: number;
  primaryWaitMs: number;
  readWaitMs: number;
}

/** Decides for each request whether this pod answers it, now or when it can, or the primary does. */
export function handleRequests(membership: Membership, limits: Limits): RequestHandler {
  return async (req, res, next) => {
    const token = tokenOf(req);
    const unstamp = stampAnswer(req, res, membership, token);
    if (req.method === 'GET' && req.path === STATUS_PATH) return void res.json(statusOf(membership));

    const isRead = SAFE.has(req.method);
    const isOurs = () =>
      membership.role === 'primary' || (isRead && (!token || membership.verdict(token) === 'covered'));
    if (isOurs()) return next();

    const signal = closed(res);
    if (isRead && token && membership.verdict(token) === 'behind') {
      if (await membership.until(isOurs, limits.readWaitMs, signal)) return next();
    }
    if (req.headers[FORWARDED_HEADER] !== undefined) {
      await membership.until(() => isOurs() || membership.primary !== undefined, limits.primaryWaitMs, signal);
      if (isOurs()) return next();
      throw bounced(membership, req);
    }
    const primary = await reachPrimary(membership, isOurs, limits.peerPort, limits.primaryWaitMs, signal);
    if (primary === 'self') return next();
    await forward(membership.pod, req, res, primary, unstamp);
  };
}

function bounced(membership: Membership, req: Request): Problem {
  const from = String(req.headers[FORWARDED_HEADER]);
  const detail = `${from} took ${membership.pod} for the primary, which it is not. Nothing was written.`;
  return new Problem(problems.noPrimary, detail, { headers: RETRY_AFTER });
}
