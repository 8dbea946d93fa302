import type { ServerResponse } from 'node:http';
import type { z } from 'zod';

/** Media type of a stream of JSON lines. */
export const JSON_LINES = 'application/x-ndjson';

/** Writes a message as a line; `replacer` is that of `JSON.stringify`. */
export const toLine = (message: unknown, replacer?: (key: string, value: unknown) => unknown): string =>
  `${JSON.stringify(message, replacer)}\n`;

/** Reads a message; undefined if the line is none of the schema: another release may say more. */
export function fromLine<Message>(schema: z.ZodType<Message>, line: string): Message | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/**
 * Begins an answer of JSON lines. Returns how to send one: it does nothing when the answer has ended, since whoever holds on to it may
 * send a line then, and a write after the end would end the process.
 */
export function answerLines(res: ServerResponse): (line: string) => void {
  res.writeHead(200, { 'Content-Type': JSON_LINES });
  return (line) => {
    if (!res.writableEnded) res.write(line);
  };
}
