import type { IncomingMessage, ServerResponse } from 'node:http';
import { HEADERS } from '../headers.ts';
import { ORIGIN, type Position } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import { formatToken, TOKEN_COOKIE, TOKEN_HEADER, tokenCookie } from './token.ts';

/** What can be done about a stamped answer before its head is written. */
export interface Stamp {
  /** Takes the stamp off: the answer comes from another pod, with that pod's. */
  undo(): void;
  /** The answer shows this position and not a later one: the handler has ended, and the answer is held. */
  freeze(position: Position): void;
}

/**
 * Puts who answers, its position and the token on an answer, at the moment its head is written: whatever the handler
 * has read or written by then is covered.
 */
export function stampAnswer(
  req: IncomingMessage,
  res: ServerResponse,
  membership: Membership,
  token: Position | undefined,
): Stamp {
  const writeHead = res.writeHead;
  let frozen: Position | undefined;
  res.writeHead = ((...args: Parameters<typeof writeHead>) => {
    if (!res.headersSent) stamp(req, res, membership, token, frozen ?? membership.copy.position());
    return writeHead.apply(res, args);
  }) as typeof writeHead;
  return {
    undo: () => {
      res.writeHead = writeHead;
    },
    freeze: (position) => {
      frozen = position;
    },
  };
}

function stamp(
  req: IncomingMessage,
  res: ServerResponse,
  membership: Membership,
  token: Position | undefined,
  position: Position,
): void {
  res.setHeader(HEADERS.pod.name, membership.pod);
  res.setHeader(HEADERS.role.name, membership.role);
  res.setHeader(HEADERS.position.name, position.txid);

  // A replica never takes back what the client has seen elsewhere; the primary does: what it lacks exists no more.
  const kept = token && membership.role === 'replica' && membership.copy.verdict(token) !== 'covered';
  const seen = kept ? token : position;
  if (seen.txid === ORIGIN.txid) return;
  const value = formatToken(seen);
  res.setHeader(TOKEN_HEADER, value);
  // A shared cache would give this client's cookie to others.
  const isShared = String(res.getHeader('Cache-Control') ?? '').includes('public');
  if (!isShared && tokenCookie(req) !== value) {
    res.appendHeader('Set-Cookie', `${TOKEN_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax`);
  }
}
