import type { IncomingHttpHeaders } from 'node:http';

/**
 * Headers that concern one connection (RFC 9110, 7.6.1). Those that frame the body are not here: httpxy and Node need
 * them to frame it anew. `Expect` is, because this pod has already answered it.
 */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
];

const FRAMING = new Set(['content-length', 'transfer-encoding', 'host']);

/** Deletes the headers that must not be passed on, those that `Connection` names among them. */
export function dropHopByHop(headers: IncomingHttpHeaders): void {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  for (const name of [...HOP_BY_HOP, ...named]) if (!FRAMING.has(name)) delete headers[name];
}
