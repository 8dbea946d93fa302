import { closeSync, openSync, readSync } from 'node:fs';
import { ImportRefusal } from './refusal.ts';

const MAGIC = 'SQLite format 3\0';
/** The newest format of a file that SQLite knows: with a write-ahead log. */
const NEWEST_FORMAT = 2;

/** How long the header of a SQLite file is, in bytes. */
export const HEADER_BYTES = 100;

/** What the first 100 bytes of a SQLite file say (https://sqlite.org/fileformat2.html). */
export interface Header {
  /** Bytes a page. */
  readonly pageSize: number;
  /** How many pages the file should have; undefined if an old program wrote it, which did not keep the number. */
  readonly pages: number | undefined;
  /** Whether the file shrinks or moves its pages by itself, in any mode of `auto_vacuum`. */
  readonly autoVacuum: boolean;
  /** Whether the file is marked as one with a write-ahead log. */
  readonly hasWal: boolean;
}

/** Reads a header from the first bytes of a file. Throws an ImportRefusal if it is none. */
export function parseHeader(bytes: Buffer): Header {
  if (bytes.length === 0) throw new ImportRefusal('The file is empty.');
  if (bytes.toString('latin1', 0, 16) !== MAGIC) throw new ImportRefusal('The file is not a SQLite database.');
  if (bytes.length < HEADER_BYTES) throw new ImportRefusal('The file is cut short: its header is not whole.');
  const pageSize = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0)
    throw new ImportRefusal('The header of the file is damaged.');
  const format = Math.max(bytes.readUInt8(18), bytes.readUInt8(19));
  if (format > NEWEST_FORMAT)
    throw new ImportRefusal(`The file has the format ${format}, which this SQLite cannot write.`);
  const counted = bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  return {
    pageSize,
    pages: counted ? bytes.readUInt32BE(28) : undefined,
    autoVacuum: bytes.readUInt32BE(52) !== 0,
    hasWal: format === NEWEST_FORMAT,
  };
}

/** Reads the header of a file; see `parseHeader`. */
export function readHeader(path: string): Header {
  const bytes = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    return parseHeader(bytes.subarray(0, readSync(file, bytes, 0, HEADER_BYTES, 0)));
  } finally {
    closeSync(file);
  }
}
