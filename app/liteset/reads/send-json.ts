import type { Response } from 'express';

/** Sends a text that is JSON already, in one piece. `res.send` would hash it for an ETag, and make a buffer of a long one. */
export function sendJson(res: Response, text: string): void {
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(text);
}
