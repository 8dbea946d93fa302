import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** Longest body that the sidecar reads, in bytes: LiteFS and the application send less than one KB. */
const LONGEST = 16_384;

/**
 * Reads the body of a request.
 *
 * @throws if it is too long, or does not arrive whole.
 */
export async function readBody(req: IncomingMessage): Promise<string> {
  let length = 0;
  req.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LONGEST) req.destroy(new Error(`the body is longer than ${LONGEST} bytes`));
  });
  return text(req);
}
