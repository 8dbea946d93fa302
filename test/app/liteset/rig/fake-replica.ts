import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { lines } from '../../../../app/liteset/lib/lines.ts';
import type { Position } from '../../../../app/liteset/litefs/position.ts';
import {
  formatLine,
  type Order,
  POSITIONS_PATH,
  parseOrder,
  type Report,
} from '../../../../app/liteset/replication/reports.ts';

/** Stands for a replica: it says what the test wants, and remembers what it was told. */
export class FakeReplica {
  readonly #stream: ClientRequest;
  readonly #report: Report;
  readonly orders: Order[] = [];
  /** Called for each order that is not a heartbeat. */
  onOrder: (order: Order) => void = () => {};

  constructor(port: number, pod: string, position: Position, other: Partial<Report> = {}) {
    this.#report = { pod, position, candidate: true, following: true, leaving: false, primary: false, ...other };
    this.#stream = request({ host: '127.0.0.1', port, path: POSITIONS_PATH, method: 'POST', agent: false });
    this.#stream.on('error', () => {}).on('response', (answer) => void this.#listen(answer).catch(() => {}));
    this.say();
  }

  /** Reports, with these differences from before. */
  say(changes: Partial<Report> = {}): void {
    Object.assign(this.#report, changes);
    this.#stream.write(formatLine(this.#report));
  }

  close(): void {
    this.#stream.destroy();
  }

  async #listen(answer: IncomingMessage): Promise<void> {
    for await (const line of lines(answer.setEncoding('utf8'))) {
      const { position: _heartbeat, ...order } = parseOrder(line) ?? {};
      if (Object.keys(order).length === 0) continue;
      this.orders.push(order);
      this.onOrder(order);
    }
  }
}
