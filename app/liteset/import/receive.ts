import { createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HEADER_BYTES, parseHeader } from './header.ts';
import { ImportRefusal, ROOM, refusal } from './refusal.ts';
import { freeBytes, mebibytes } from './room.ts';

/**
 * How many times its size a file may need: the copy, SQLite's temporary file while the copy is rebuilt, and as much that stays
 * free, since the folder of temporary files is often on the disk of the node, whose pods are evicted when it fills.
 */
const COPIES = 3;

/**
 * Stores a SQLite file that arrives as a stream. What is none is refused after its first 100 bytes, and what is too large as
 * soon as that is known. `limit` is how many bytes are taken; default: a third of what is free.
 *
 * @throws ImportRefusal with the reason.
 */
export async function receive(input: Readable, path: string, limit = freeBytes(dirname(path)) / COPIES): Promise<void> {
  try {
    await pipeline(input, (chunks: AsyncIterable<Buffer>) => checked(chunks, limit), createWriteStream(path));
  } catch (error) {
    throw refusal('The file cannot be stored', error);
  }
}

async function* checked(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let received = 0;
  for await (const chunk of chunks) {
    received += chunk.length;
    refuseAbove(limit, received);
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEADER_BYTES) continue;
    const { pages = 0, pageSize } = parseHeader(head);
    refuseAbove(limit, pages * pageSize);
    yield head;
    head = undefined;
  }
  // Shorter than a header: this says why it is refused.
  if (head !== undefined) parseHeader(head);
}

function refuseAbove(limit: number, bytes: number): void {
  if (bytes <= limit) return;
  const room = `more than ${mebibytes(limit)}, a third of what is free in the folder of temporary files`;
  throw new ImportRefusal(`The file has ${room}. ${ROOM}`);
}
