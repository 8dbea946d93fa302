import { readFileSync } from 'node:fs';

/** The table of CRC-64/ISO (reflected polynomial D8000000 00000000), each entry as its upper and lower 32 bits. */
const [HIGH, LOW] = (() => {
  const [high, low] = [new Uint32Array(256), new Uint32Array(256)];
  for (let byte = 0; byte < 256; byte++) {
    let [h, l] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const odd = l & 1;
      l = (l >>> 1) | (h << 31);
      h = (h >>> 1) ^ (odd ? 0xd8000000 : 0);
    }
    high[byte] = h;
    low[byte] = l;
  }
  return [high, low];
})();

/** CRC-64/ISO as Go's hash/crc64 has it. */
function crc64(...parts: Buffer[]): bigint {
  let [h, l] = [-1, -1];
  for (const part of parts)
    for (const byte of part) {
      const index = (l ^ byte) & 0xff;
      l = ((l >>> 8) | (h << 24)) ^ (LOW[index] ?? 0);
      h = (h >>> 8) ^ (HIGH[index] ?? 0);
    }
  return (BigInt(~h >>> 0) << 32n) | BigInt(~l >>> 0);
}

/**
 * LiteFS's checksum of a database: the XOR of the checksums of its pages, each over its number and its content, with the
 * highest bit set (superfly/ltx: `ChecksumPage`). Computed here once more, so that the test believes no program under test.
 */
export function checksum(database: string): string {
  const content = readFileSync(database);
  const size = content.readUInt16BE(16);
  const pageSize = size === 1 ? 65_536 : size; // SQLite's file format, 1.3.2
  let sum = 0n;
  for (let page = 1; page * pageSize <= content.length; page++) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(page);
    sum ^= crc64(number, content.subarray((page - 1) * pageSize, page * pageSize));
  }
  return (sum | (1n << 63n)).toString(16);
}
