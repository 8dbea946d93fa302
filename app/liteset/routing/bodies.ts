import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { Counters } from '../counters.ts';
import { Problem } from '../problem/problem.ts';
import { problems } from '../problem/types.ts';

/** What bounds the bodies that are being read. */
export interface BodyLimits {
  /** The longest body, in bytes. */
  most: number;
  /** How many may be read at a time. */
  requests: number;
  /** How many of their bytes may be held meanwhile. */
  bytes: number;
  /** How long one may take, in milliseconds. */
  ms: number;
}

/** One body that is being read. */
interface Reading {
  readonly chunks: Buffer[];
  bytes: number;
  stop(problem: Problem): void;
}

/** How long the rest of a body that is too long is read and thrown away, in milliseconds. */
const DISCARD_MS = 2_000;
/** Whatever is left then is not read: a client that goes on to send it would hold the connection. */
const CLOSE = { headers: { Connection: 'close' } };

/**
 * Reads the bodies of writes before anything else is done with them: one that comes slowly then holds up no switchover, is not executed
 * in part, and can still go to another pod. Too many at a time cut the one that began first: honest bodies are there in milliseconds, so
 * that it is hardly ever one of them.
 */
export class Bodies {
  readonly #limits: BodyLimits;
  readonly #counters: Counters;
  /** The oldest first. */
  readonly #reading = new Set<Reading>();
  #bytes = 0;

  constructor(limits: BodyLimits, counters: Counters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  /**
   * Reads the body of a request and puts it back: the next who reads gets it at once. False if the client went away.
   *
   * @throws Problem `body-too-large` or `body-too-slow`.
   */
  async read(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const { most, ms } = this.#limits;
    const declared = Number(req.headers['content-length'] ?? 0);
    if (req.headers['transfer-encoding'] === undefined && declared === 0) return true;
    if (declared > most) {
      await discard(req);
      throw tooLong(most);
    }
    // A short one comes with its head, and is there once `node:http` has read the packet: nobody has to take it out and put it back.
    await new Promise(setImmediate);
    if (req.complete && req.readableLength <= most) return true;
    const reading: Reading = { chunks: [], bytes: 0, stop: () => {} };
    const tooLate = () => reading.stop(tooSlow(`It was not there within ${ms} ms.`));
    const timer = setTimeout(tooLate, ms);
    this.#reading.add(reading);
    this.#counters.readingBodies++;
    try {
      return await this.#whole(req, res, reading);
    } catch (error) {
      if (error instanceof Problem && error.kind === problems.bodyTooLarge) await discard(req);
      throw error;
    } finally {
      clearTimeout(timer);
      this.#reading.delete(reading);
      this.#counters.readingBodies--;
      this.#bytes -= reading.bytes;
    }
  }

  #whole(req: IncomingMessage, res: ServerResponse, reading: Reading): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        req.off('readable', take);
        res.off('close', gone);
      };
      const gone = () => {
        settle();
        resolve(false);
      };
      const take = () => {
        this.#take(req, reading);
        if (!req.complete || !this.#reading.has(reading)) return;
        settle();
        // Before the stream says that it has ended, which cannot be taken back.
        putBack(req, reading.chunks);
        resolve(true);
      };
      reading.stop = (problem) => {
        settle();
        reject(problem);
      };
      req.on('readable', take);
      res.once('close', gone);
      this.#makeRoom();
    });
  }

  #take(req: IncomingMessage, reading: Reading): void {
    for (let chunk: Buffer | null = req.read(); chunk !== null; chunk = req.read()) {
      reading.chunks.push(chunk);
      reading.bytes += chunk.length;
      this.#bytes += chunk.length;
    }
    if (reading.bytes > this.#limits.most) this.#cut(reading, tooLong(this.#limits.most));
    this.#makeRoom();
  }

  #makeRoom(): void {
    const { requests, bytes } = this.#limits;
    for (const oldest of this.#reading) {
      if (this.#reading.size <= requests && this.#bytes <= bytes) return;
      this.#counters.bodiesCut++;
      this.#cut(oldest, tooSlow('Too many others came meanwhile.'));
    }
  }

  #cut(reading: Reading, problem: Problem): void {
    this.#reading.delete(reading);
    this.#bytes -= reading.bytes;
    reading.bytes = 0;
    reading.stop(problem);
  }
}

/**
 * Reads on. To close a connection with something unread resets it, and a proxy that still sends then makes a 502 of the answer.
 */
async function discard(req: IncomingMessage): Promise<void> {
  req.resume();
  await finished(req, { writable: false, signal: AbortSignal.timeout(DISCARD_MS) }).catch(() => {});
}

function putBack(req: IncomingMessage, chunks: Buffer[]): void {
  const [first] = chunks;
  if (first) req.unshift(chunks.length === 1 ? first : Buffer.concat(chunks));
}

const tooLong = (most: number) => new Problem(problems.bodyTooLarge, `The body has more than ${most} bytes.`, CLOSE);
const tooSlow = (why: string) => new Problem(problems.bodyTooSlow, `${why} Nothing was written.`, CLOSE);
