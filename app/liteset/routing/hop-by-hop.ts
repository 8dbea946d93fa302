import type { IncomingHttpHeaders } from 'node:http';

/** Headers that concern one connection (RFC 9110, 7.6.1), and `Expect`, which this pod has already answered. */
const HOP_BY_HOP = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
];

/** What `Connection` must not take away: without them nobody knows where the body ends, or whose it is. */
const FRAMING = new Set(['content-length', 'host', 'transfer-encoding']);

function hopByHop(connection = ''): Set<string> {
  const named = connection.split(',').map((name) => name.trim().toLowerCase());
  return new Set([...HOP_BY_HOP, ...named].filter((name) => !FRAMING.has(name)));
}

/** Deletes from a request what must not be passed on. Its framing stays: httpxy and Node frame the body anew by it. */
export function dropHopByHop(headers: IncomingHttpHeaders): void {
  for (const name of hopByHop(headers.connection)) delete headers[name];
}

/** The headers of an answer that are passed on, as `name, value, name, value`, each as it came. */
export function endToEnd(rawHeaders: readonly string[], connection: string | undefined): string[] {
  const dropped = hopByHop(connection).add('transfer-encoding');
  const isPassedOn = (_text: string, i: number) => !dropped.has((rawHeaders[i - (i % 2)] ?? '').toLowerCase());
  return rawHeaders.filter(isPassedOn);
}
