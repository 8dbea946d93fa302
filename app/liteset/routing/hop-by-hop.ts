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

const ALWAYS: ReadonlySet<string> = new Set(HOP_BY_HOP);

function hopByHop(connection = ''): ReadonlySet<string> {
  // What nearly all say names no other header.
  if (/^(keep-alive|close|upgrade)?$/i.test(connection)) return ALWAYS;
  const named = connection.split(',').map((name) => name.trim().toLowerCase());
  return new Set([...HOP_BY_HOP, ...named].filter((name) => !FRAMING.has(name)));
}

/** Whether a header of this name, in lower case, concerns one connection: by itself, or since `Connection` names it. */
export function isHopByHop(connection: string | undefined): (name: string) => boolean {
  const dropped = hopByHop(connection);
  return (name) => dropped.has(name);
}

/** Deletes from a request what must not be passed on. Its framing stays: httpxy and Node frame the body anew by it. */
export function dropHopByHop(headers: IncomingHttpHeaders): void {
  for (const name of hopByHop(headers.connection)) delete headers[name];
}

/** The headers of an answer that are passed on, as `name, value, name, value`, each as it came. */
export function endToEnd(rawHeaders: readonly string[], connection: string | undefined): string[] {
  const dropped = hopByHop(connection);
  const isPassedOn = (_text: string, i: number) => {
    const name = (rawHeaders[i - (i % 2)] ?? '').toLowerCase();
    return name !== 'transfer-encoding' && !dropped.has(name);
  };
  return rawHeaders.filter(isPassedOn);
}
