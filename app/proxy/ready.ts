import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { connected } from '../liteset/routing/connect-to-primary.ts';

/** How often the application is tried while it does not answer, in milliseconds, and how long one attempt may take. */
const PROBE_MS = { every: 25, most: 2_000 };

/** Where the application answers. */
export interface ReadyOptions {
  port: number;
  /** What it answers with less than 400 when it is ready. Default: it is when it takes connections. */
  path?: string | undefined;
}

/** Finds out when the application answers, each time it may have been started. */
export class Readiness {
  readonly #options: ReadyOptions;
  readonly #onChange: () => void;
  #ready = false;
  #trying: AbortController | undefined;

  /** `onChange` is called whenever `ready` has changed. */
  constructor(options: ReadyOptions, onChange: () => void) {
    this.#options = options;
    this.#onChange = onChange;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** It may be running now: tries until it answers. */
  begin(): void {
    if (this.#trying || this.#ready) return;
    this.#trying = new AbortController();
    void this.#try(this.#trying.signal);
  }

  /** It does not run. */
  stop(): void {
    this.#trying?.abort();
    this.#trying = undefined;
    this.#set(false);
  }

  /** It has refused a connection: it has ended, or is only just beginning. */
  lose(): void {
    if (!this.#ready) return;
    this.#set(false);
    this.begin();
  }

  async #try(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.#answers()))
      await delay(PROBE_MS.every, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    this.#trying = undefined;
    this.#set(true);
  }

  async #answers(): Promise<boolean> {
    const { port, path } = this.#options;
    if (path !== undefined) return (await statusOf(port, path)) < 400;
    const socket = await connected('127.0.0.1', port, PROBE_MS.most).catch(() => undefined);
    socket?.destroy();
    return socket !== undefined;
  }

  #set(ready: boolean): void {
    if (ready === this.#ready) return;
    this.#ready = ready;
    this.#onChange();
  }
}

/** The status of the answer; 999 if there is none in time. */
function statusOf(port: number, path: string): Promise<number> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(PROBE_MS.most);
    get({ host: '127.0.0.1', port, path, agent: false, signal }, (answer) => {
      resolve(answer.statusCode ?? 999);
      answer.destroy();
    }).on('error', () => resolve(999));
  });
}
