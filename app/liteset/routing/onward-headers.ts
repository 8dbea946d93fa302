import type { IncomingMessage } from 'node:http';
import { HEADERS } from '../headers.ts';
import { isSecure } from '../lib/http.ts';
import { passedThrough } from './forward.ts';
import { isHopByHop } from './hop-by-hop.ts';

/** What the names of all of Liteset's own headers begin with. */
const OWN = 'liteset-';

/** Whom a request goes to, and who passes it on. */
export interface Onward {
  /** The application is not told Liteset's own headers: anybody may have sent them. */
  to: 'primary' | 'application';
  /** Name of this pod. */
  by: string;
}

/** Whether a header is Liteset's own. */
export const isOwn = (name: string): boolean => name.toLowerCase().startsWith(OWN);

/**
 * The headers of a request that is passed on, as `name, value, name, value`: each as it came, in its order, but for those of one connection.
 * What a proxy says of the client is added where no proxy before has said it.
 */
export function onwardHeaders(req: IncomingMessage, { to, by }: Onward): string[] {
  const { rawHeaders, headers } = req;
  const dropped = isHopByHop(headers.connection);
  const forwarded = HEADERS.forwarded.name;
  const isKept = (name: string) =>
    !dropped(name) && (to === 'application' ? !isOwn(name) : name !== forwarded.toLowerCase());
  const kept = rawHeaders.filter((_text, i) => isKept((rawHeaders[i - (i % 2)] ?? '').toLowerCase()));
  // One of HTTP/1.0 need not say it, but is passed on as one of HTTP/1.1.
  if (headers.host === undefined) kept.push('Host', '');
  for (const [name, value] of Object.entries(ofClient(req))) {
    if (headers[name.toLowerCase()] === undefined) kept.push(name, value);
  }
  if (to === 'primary') kept.push(forwarded, [...passedThrough(req), by].join(', '));
  return kept;
}

function ofClient(req: IncomingMessage): Record<string, string> {
  const { host = '' } = req.headers;
  const secure = isSecure(req);
  return {
    'X-Forwarded-For': req.socket.remoteAddress ?? '',
    'X-Forwarded-Proto': secure ? 'https' : 'http',
    'X-Forwarded-Host': host,
    'X-Forwarded-Port': /:(\d+)$/.exec(host)?.[1] ?? (secure ? '443' : '80'),
  };
}
