import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';

const CALL_MS = 2_000;
/** Pause after an attempt that failed, in milliseconds: a pod that has just been cut off may be so again. */
const PAUSE_MS = 1_000;

/** The pod that Events are about. */
export interface EventSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Writes warnings of a pod as Events. */
export class PodEvents {
  readonly #api: ApiClient;
  readonly #pod: EventSubject;
  readonly #onError: (reason: string) => void;
  readonly #signal: AbortSignal;

  /** Until the signal what could not be written is tried again. */
  constructor(api: ApiClient, pod: EventSubject, onError: (reason: string) => void, signal: AbortSignal) {
    this.#api = api;
    this.#pod = pod;
    this.#onError = onError;
    this.#signal = signal;
  }

  /** Returns when it is written, or will not be. */
  async warn(reason: string, message: string): Promise<void> {
    const path = `/api/v1/namespaces/${this.#pod.namespace}/events`;
    const event = eventOf(this.#pod, reason, message);
    while (!this.#signal.aborted) {
      const { status, problem } = await this.#api.call('POST', path, CALL_MS, event).then(
        ({ status }) => ({ status, problem: `the API server answered ${status}` }),
        (error: unknown) => ({ status: 0, problem: String(error) }),
      );
      if (status === 201) return;
      this.#onError(problem);
      // What is wrong with it would be so the next time. Rights may come back (401, 403), and a rush passes (429).
      if (status >= 400 && status < 500 && ![401, 403, 429].includes(status)) return;
      await delay(PAUSE_MS, undefined, { signal: this.#signal }).catch(() => {});
    }
  }
}

function eventOf({ namespace, name, uid }: EventSubject, reason: string, message: string): object {
  const now = new Date().toISOString();
  return {
    metadata: { generateName: `${name}-` },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    ...{ type: 'Warning', reason, message, count: 1 },
    ...{ firstTimestamp: now, lastTimestamp: now, source: { component: 'liteset-lease' } },
  };
}
