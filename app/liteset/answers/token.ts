import type { IncomingMessage } from 'node:http';
import { HEADERS } from '../headers.ts';
import type { Position } from '../litefs/position.ts';

/** Header of requests and answers that carries the token. */
export const TOKEN_HEADER = HEADERS.token.name.toLowerCase();
/** Cookie of the same content, for browsers, by default. Cookies know no ports: two clusters on one host need two names. */
export const TOKEN_COOKIE = TOKEN_HEADER;

/**
 * What a client has seen, as `<checksum>-<TXID>`: a position of LiteFS. The checksum is the epoch: it tells this
 * transaction from one of the same number in another history, after a failover that lost transactions. LiteFS's cluster
 * id would not, since it outlives failovers. Clients treat it as opaque.
 */
export function formatToken({ txid, checksum }: Position): string {
  return `${checksum}-${txid}`;
}

/** Reads a token; undefined if it is not one. */
export function parseToken(text: string): Position | undefined {
  const [, checksum, txid] = /^([0-9a-f]{16})-([0-9a-f]{16})$/.exec(text) ?? [];
  return txid === undefined || checksum === undefined ? undefined : { txid, checksum };
}

/** The value of the cookie, as the request carries it. */
export function tokenCookie(req: IncomingMessage, name: string): string | undefined {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The newest token of a request, from its header or cookie. What is not a token counts as none: it is never an error. */
export function tokenOf(req: IncomingMessage, cookie: string): Position | undefined {
  const header = req.headers[TOKEN_HEADER];
  const tokens = [header, tokenCookie(req, cookie)].map((text) =>
    typeof text === 'string' ? parseToken(text) : undefined,
  );
  return tokens.reduce((newest, token) => (!newest || (token && token.txid > newest.txid) ? token : newest));
}
