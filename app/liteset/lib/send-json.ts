import type { ServerResponse } from 'node:http';

/** Sends a text that is JSON already, in one piece and with its length. */
export function sendJson(res: ServerResponse, text: string, type = 'application/json'): void {
  res.setHeader('Content-Type', `${type}; charset=utf-8`);
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(text);
}
