import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP connection to somewhere that can be held still, so that replication stands while everything else goes on. */
export class PausableLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Those from which packets were dropped. They never go on: TCP tries again the later, the longer it was in vain. */
  readonly #lost = new Set<Socket>();
  #paused = false;
  #dropping = false;
  #left = Number.POSITIVE_INFINITY;
  #answerMs = 0;

  constructor(targetPort: number) {
    this.#server = createServer((near) => {
      const far = connect(targetPort, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (data) => {
          if (from === far && this.#answerMs > 0) setTimeout(() => to.write(data), this.#answerMs);
          else to.write(data);
          this.#left -= data.length;
          if (this.#left < 0) this.pause();
        });
        const end = () => {
          if (!this.#lost.has(from)) to.destroy();
        };
        from.on('error', end);
        from.on('close', () => {
          this.#sockets.delete(from);
          end();
        });
        if (this.#paused) from.pause();
        if (this.#dropping) this.#lost.add(from);
      }
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  }

  pause(): void {
    this.#paused = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** Holds everything still as soon as so many more bytes have passed. */
  pauseAfter(bytes: number): void {
    this.#left = bytes;
  }

  /** Loses what is connected without a word, and what connects from now on until it is resumed. */
  drop(): void {
    this.#dropping = true;
    this.pause();
    for (const socket of this.#sockets) this.#lost.add(socket);
  }

  /** Passes each answer on so many milliseconds later. What is connected breaks, so that no answer overtakes another. */
  delayAnswers(ms: number): void {
    this.#answerMs = ms;
    this.cut();
  }

  /** Lets everything go on that is not lost. */
  resume(): void {
    this.#left = Number.POSITIVE_INFINITY;
    this.#paused = false;
    this.#dropping = false;
    for (const socket of this.#sockets) if (!this.#lost.has(socket)) socket.resume();
  }

  /** Breaks what is connected, as when the other side dies, and lets later connections pass. */
  cut(): void {
    this.#paused = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
