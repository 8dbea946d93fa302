import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { seeded } from '../../../app/invoices/sample/random.ts';
import { ServerFrames } from '../../../app/proxy/frames.ts';

/** A frame of a server's, of whatever length. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** Cuts bytes at random. */
function cut(bytes: Buffer, random: ReturnType<typeof seeded>): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = random.chance(0.3) ? 1 : random.int(1, 70_000);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
  'the end of a frame of %i bytes is known, however it comes',
  async (length) => {
    const random = seeded(length);
    const whole = frame(2, Buffer.alloc(length, 0x88));
    for (let round = 0; round < 20; round++) {
      const frames = new ServerFrames();
      const pieces = cut(whole, random);
      const passed: boolean[] = [];
      for (const piece of pieces) {
        frames.write(piece);
        passed.push(frames.isWithin);
        frames.read();
      }
      expect(passed).toEqual([...pieces.slice(1).map(() => true), false]);
      expect(frames.farewell).toEqual(Buffer.from([0x88, 2, 0x03, 0xf4]));
    }
  },
);

test('frames pass as they came, and after one that closes there is no other', async () => {
  const random = seeded(7);
  const all = Array.from({ length: 50 }, () => frame(random.int(0, 2), Buffer.alloc(random.int(0, 70_000), 0x88)));
  const bytes = Buffer.concat([...all, frame(8, Buffer.from([3, 232]))]);
  const frames = new ServerFrames();
  expect((await buffer(Readable.from(cut(bytes, random)).pipe(frames))).equals(bytes)).toBe(true);
  expect([frames.isWithin, frames.farewell]).toEqual([false, undefined]);
});
