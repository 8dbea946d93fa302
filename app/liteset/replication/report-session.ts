import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { JSON_LINES } from '../lib/json-lines.ts';
import { lines } from '../lib/lines.ts';
import type { Changes } from '../membership/changes.ts';
import {
  formatLine,
  HEARTBEAT_MS,
  type Order,
  POSITIONS_PATH,
  parseOrder,
  type Report,
  SILENCE_MS,
} from './reports.ts';

/** What a session is made of. */
export interface SessionOptions {
  /** The primary's address, and the cluster port. */
  address: string;
  port: number;
  changes: Changes;
  /** What this pod reports now. */
  report(): Report;
  /** Whether the stream is of use no more. */
  isOver(): boolean;
  signal: AbortSignal;
}

/**
 * One stream of reports to a primary: a request whose body never ends. A line goes at each change that differs from the last, and as
 * a heartbeat; while the connection is slow, only the newest once it is not.
 */
export class ReportSession {
  readonly #options: SessionOptions;
  readonly #stream: ClientRequest;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #stopListening: () => void;
  readonly #closed = new AbortController();
  #last = '';

  constructor(options: SessionOptions) {
    this.#options = options;
    const { address, port, changes, isOver, signal } = options;
    const headers = { 'Content-Type': JSON_LINES };
    this.#stream = request({
      ...{ host: address, port, path: POSITIONS_PATH, method: 'POST', headers },
      ...{ agent: false, signal },
    });
    this.#stream.setNoDelay(true);
    this.#stream.on('drain', () => this.#write());
    this.#heartbeat = setInterval(() => this.say(), HEARTBEAT_MS);
    this.#stopListening = changes.listen(() => this.#write());
    void changes.until(isOver, Number.POSITIVE_INFINITY, this.#closed.signal).then(() => this.#stream.end());
    this.#write();
  }

  /** Whether it has said its last. */
  get isEnding(): boolean {
    return this.#stream.writableEnded;
  }

  /** Reports, even if nothing has changed. */
  say(extra: Partial<Report> = {}): void {
    this.#write(true, extra);
  }

  /**
   * What the primary says, until the stream ends.
   *
   * @throws if it breaks, or nothing is heard for too long.
   */
  async *orders(): AsyncGenerator<Order> {
    for await (const line of lines(await this.#answer())) {
      const order = parseOrder(line);
      if (order) yield order;
    }
  }

  close(): void {
    this.#closed.abort();
    this.#stopListening();
    clearInterval(this.#heartbeat);
    this.#stream.destroy();
  }

  async #answer(): Promise<IncomingMessage> {
    const stream = this.#stream;
    const silence = setTimeout(() => stream.destroy(new Error('silence')), SILENCE_MS);
    stream.once('close', () => clearTimeout(silence));
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      stream.on('response', resolve).on('error', reject);
    });
    if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
    answer.on('data', () => silence.refresh());
    return answer.setEncoding('utf8');
  }

  #write(again = false, extra: Partial<Report> = {}): void {
    const stream = this.#stream;
    if (stream.writableEnded || stream.destroyed) return;
    if (stream.writableNeedDrain && extra.refusal === undefined) return;
    const line = formatLine({ ...this.#options.report(), ...extra });
    if (line === this.#last && !again) return;
    this.#last = line;
    stream.write(line);
  }
}
