import { Transform, type TransformCallback } from 'node:stream';

const CLOSE = 8;
/** Where the length of a payload begins to take 2 and 8 bytes of its own (RFC 6455, 5.2). */
const LONG = { short: 126, wide: 127 };
/** An unmasked close frame with the code 1012: the service restarts, come again. */
const RESTART = Buffer.from([0x80 | CLOSE, 2, 1_012 >> 8, 1_012 & 0xff]);

/**
 * Passes the frames of a WebSocket's server through as bytes, and knows where one ends: only there can a frame of another's be put in
 * between.
 */
export class ServerFrames extends Transform {
  #head = Buffer.alloc(0);
  /** How many bytes of the payload are still to come. */
  #payload = 0n;
  #closed = false;

  /** Whether a frame has come in part. */
  get isWithin(): boolean {
    return this.#payload > 0n || this.#head.length > 0;
  }

  /** The frame that ends the connection; undefined if one has come that ends it already. */
  get farewell(): Buffer | undefined {
    return this.#closed ? undefined : RESTART;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#follow(chunk);
    done(null, chunk);
  }

  #follow(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#payload > 0n) {
        const passed = BigInt(rest.length) < this.#payload ? rest.length : Number(this.#payload);
        this.#payload -= BigInt(passed);
        rest = rest.subarray(passed);
        continue;
      }
      const needed = headLength(this.#head) - this.#head.length;
      this.#head = Buffer.concat([this.#head, rest.subarray(0, needed)]);
      rest = rest.subarray(needed);
      if (this.#head.length === headLength(this.#head)) this.#begin();
    }
  }

  #begin(): void {
    const head = this.#head;
    const short = (head[1] ?? 0) & 0x7f;
    this.#closed ||= ((head[0] ?? 0) & 0x0f) === CLOSE;
    if (short === LONG.wide) this.#payload = head.readBigUInt64BE(2);
    else this.#payload = BigInt(short === LONG.short ? head.readUInt16BE(2) : short);
    this.#head = Buffer.alloc(0);
  }
}

/** How long the head of a frame is, as far as its beginning tells. */
function headLength(head: Buffer): number {
  const second = head[1];
  if (second === undefined) return 2;
  const short = second & 0x7f;
  const mask = (second & 0x80) === 0 ? 0 : 4;
  return 2 + mask + (short === LONG.wide ? 8 : short === LONG.short ? 2 : 0);
}
