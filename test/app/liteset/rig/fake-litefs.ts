import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';

/** Stands for LiteFS's `GET /events`, so that a test decides what a pod is told. */
export class FakeLitefs {
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  readonly #mount: string | undefined;
  #leadership: { isPrimary: boolean; hostname?: string };
  /** How often the stream was asked for. */
  connections = 0;
  /** Whether it answers 503 instead. */
  refuse = false;

  /** `mount` is where it says positions, as LiteFS does on its mount. Default: nowhere. */
  constructor(leadership: { isPrimary: boolean; hostname?: string }, mount?: string) {
    this.#leadership = leadership;
    this.#mount = mount;
    this.#server = createServer((_req, res) => {
      this.connections++;
      if (this.refuse) return void res.writeHead(503).end();
      this.#streams.add(res.writeHead(200));
      res.on('close', () => this.#streams.delete(res));
      this.send(`${JSON.stringify({ type: 'init', data: this.#leadership })}\n`, [res]);
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Changes who is primary, now and for streams to come. */
  lead(leadership: { isPrimary: boolean; hostname?: string }): void {
    this.#leadership = leadership;
    this.send(`${JSON.stringify({ type: 'primaryChange', data: leadership })}\n`);
  }

  transaction(db: string, txID: string, postApplyChecksum: string): void {
    if (this.#mount) writeFileSync(join(this.#mount, `${db}-pos`), `${txID}/${postApplyChecksum}\n`);
    this.send(`${JSON.stringify({ type: 'tx', db, data: { txID, postApplyChecksum } })}\n`);
  }

  /** Tells no position of a database any more, as after its end. */
  hide(db: string): void {
    if (this.#mount) writeFileSync(join(this.#mount, `${db}-pos`), '');
  }

  send(text: string, streams: Iterable<ServerResponse> = this.#streams): void {
    for (const stream of streams) stream.write(text);
  }

  /** Breaks every stream; the next request for one is answered again. */
  breakStreams(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  close(): void {
    this.breakStreams();
    this.#server.close();
  }
}
