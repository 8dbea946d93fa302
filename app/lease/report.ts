import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './read-body.ts';

/** Answers who reports something in this pod: 202, or 400 to what the listener does not take. */
export async function answerReport(
  req: IncomingMessage,
  res: ServerResponse,
  listener: (body: unknown) => boolean,
): Promise<void> {
  const body = await readBody(req)
    .then(JSON.parse)
    .catch(() => undefined);
  res.writeHead(listener(body) ? 202 : 400).end();
}
