import type { IncomingMessage, ServerResponse } from 'node:http';
import { HEADERS } from '../headers.ts';
import { isSecure } from '../lib/http.ts';
import { ORIGIN, type Position } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import { formatToken, TOKEN_HEADER, tokenCookie } from './token.ts';

/** Puts who answers, its position and the token on the head of an answer, without a cookie: who is always answered by the primary needs none. */
export function stampPod(res: ServerResponse, membership: Membership, position: Position): void {
  sayWho(res, membership, position);
  if (position.txid !== ORIGIN.txid) res.setHeader(TOKEN_HEADER, formatToken(position));
}

/** Puts who answers, its position and the token on the head of an answer. */
export function stampHead(
  req: IncomingMessage,
  res: ServerResponse,
  membership: Membership,
  token: Position | undefined,
  position: Position,
  cookie: string,
): void {
  sayWho(res, membership, position);
  // A replica never takes back what the client has seen elsewhere; the primary does: what it lacks exists no more.
  const kept = token && membership.role === 'replica' && membership.copy.verdict(token) !== 'covered';
  const seen = kept ? token : position;
  if (seen.txid === ORIGIN.txid) return;
  const value = formatToken(seen);
  res.setHeader(TOKEN_HEADER, value);
  // A shared cache would give this client's cookie to others.
  const isShared = String(res.getHeader('Cache-Control') ?? '').includes('public');
  if (isShared || tokenCookie(req, cookie) === value) return;
  const secure = isSecure(req) ? '; Secure' : '';
  res.appendHeader('Set-Cookie', `${cookie}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  if (!res.hasHeader('Cache-Control')) res.setHeader('Cache-Control', 'private');
}

function sayWho(res: ServerResponse, membership: Membership, position: Position): void {
  res.setHeader(HEADERS.pod.name, membership.pod);
  res.setHeader(HEADERS.role.name, membership.role);
  res.setHeader(HEADERS.position.name, position.txid);
}
