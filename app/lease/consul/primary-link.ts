import { connect, createServer, type Server, type Socket } from 'node:net';
import { type ListenAddress, listen } from '../../liteset/lib/process.ts';

/** How long a connection to the primary may take to be there, in milliseconds. LiteFS itself would wait for minutes. */
const CONNECT_MS = 2_000;

/**
 * LiteFS's way to the primary, through this process. LiteFS has no timeout: on a primary that is frozen, or whose node is
 * gone without a word, its replicas hang for minutes or for ever, and do not look for another one. Here the connections
 * are cut when the Lease shows that the primary is over, at which LiteFS asks again.
 */
export class PrimaryLink {
  /** The address that LiteFS is told instead of the primary's own. */
  readonly url: string;
  readonly #address: ListenAddress;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: { readonly host: string; readonly port: number } | undefined;

  constructor(address: ListenAddress & { readonly host: string }) {
    this.url = `http://${address.host}:${address.port}`;
    this.#address = address;
    this.#server = createServer((near) => this.#forward(near));
  }

  async listen(): Promise<void> {
    await listen(this.#server, this.#address);
  }

  /**
   * Leads to the LiteFS of this URL from now on, at this address if it is not empty: DNS may be gone with the node of the
   * former primary. What leads to another one is cut.
   */
  lead(url: string, address: string): void {
    const { hostname, port } = new URL(url);
    const host = address || hostname;
    if (host === this.#target?.host && Number(port) === this.#target.port) return;
    this.cut();
    this.#target = { host, port: Number(port) };
  }

  /** Cuts all connections, and leads nowhere. */
  cut(): void {
    this.#target = undefined;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #forward(near: Socket): void {
    if (this.#target === undefined) {
      near.destroy();
      return;
    }
    const far = connect({ ...this.#target, noDelay: true });
    const timer = setTimeout(() => far.destroy(), CONNECT_MS);
    far.once('connect', () => clearTimeout(timer));
    near.setNoDelay(true);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        clearTimeout(timer);
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
