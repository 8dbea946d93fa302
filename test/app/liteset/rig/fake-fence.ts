import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Whereabouts } from '../../../../app/lease/fence-stream.ts';
import { monotonicMs } from '../../../../app/liteset/lib/monotonic.ts';

/** Stands for the sidecar's `GET /fence`, so that a test decides when the lease ends. A real server and a real clock. */
export class FakeFence {
  readonly #streams = new Set<ServerResponse>();
  readonly #server: Server = createServer((_req, res) => {
    if (this.refuse) return void res.writeHead(503).end();
    this.connections++;
    this.#streams.add(res.writeHead(200));
    res.on('close', () => this.#streams.delete(res));
    res.write(this.#line);
  });
  #line = '{"epoch":0,"until":0}\n';
  connections = 0;
  refuse = false;

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/fence`;
  }

  /** Tells that the lease of that epoch lasts so much longer, in milliseconds. Returns its end on the monotonic clock. */
  renew(epoch: number, ms: number): number {
    const until = monotonicMs() + ms;
    this.#tell(epoch, until);
    return until;
  }

  /** Tells that this pod does not hold the lease. */
  end(): void {
    this.#tell(0, 0);
  }

  /** Tells where the primary is, while this pod does not hold the lease. */
  locate(primary: Whereabouts): void {
    this.#tell(0, 0, primary);
  }

  breakStreams(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  close(): void {
    this.breakStreams();
    this.#server.close();
  }

  #tell(epoch: number, until: number, primary?: Whereabouts): void {
    this.#line = `${JSON.stringify({ epoch, until, primary })}\n`;
    for (const stream of this.#streams) stream.write(this.#line);
  }
}
