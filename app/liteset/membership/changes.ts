import { EventEmitter } from 'node:events';

/**
 * The one signal that something has changed: the role, the primary, a position, a replica's report, the gate. Whoever
 * waits for a condition asks it again at each of them, so that nothing is polled.
 */
export class Changes {
  readonly #emitter = new EventEmitter<{ change: [] }>().setMaxListeners(0);

  /** Something has changed. */
  notify(): void {
    this.#emitter.emit('change');
  }

  /** Calls the listener at every change. Returns how to stop. */
  listen(listener: () => void): () => void {
    this.#emitter.on('change', listener);
    return () => this.#emitter.off('change', listener);
  }

  /**
   * Waits until the condition holds. False if it did not within `ms`, or at the signal. `Infinity` waits without limit.
   */
  until(condition: () => boolean, ms: number, signal?: AbortSignal): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (held: boolean) => {
        clearTimeout(timer);
        stop();
        signal?.removeEventListener('abort', giveUp);
        resolve(held);
      };
      const giveUp = () => end(false);
      const stop = this.listen(() => condition() && end(true));
      const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(giveUp, ms);
      signal?.addEventListener('abort', giveUp);
      if (signal?.aborted) giveUp();
    });
  }
}
