import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';

/** The label that says what a pod is: `primary` or `replica`. The Service of the primary selects by it. */
export const ROLE_LABEL = 'liteset.dev/role';

const CALL_MS = 2_000;
/** Pause after an attempt that failed, in milliseconds, and how often the label is written though nothing changed. */
const PAUSE_MS = 1_000;
const AGAIN_MS = 30_000;

/** Keeps this pod's label as its LiteFS is. */
export class RoleLabel {
  readonly #api: ApiClient;
  readonly #namespace: string;
  readonly #pod: string;
  readonly #onError: (reason: string) => void;
  #role = 'replica';
  #changed = () => {};

  constructor(api: ApiClient, namespace: string, pod: string, onError: (reason: string) => void) {
    this.#api = api;
    this.#namespace = namespace;
    this.#pod = pod;
    this.#onError = onError;
  }

  /** Takes in this pod's role. `former`: the pod that was primary before, which may be past labelling itself. */
  set(isPrimary: boolean, former: string | undefined): void {
    const role = isPrimary ? 'primary' : 'replica';
    if (role === this.#role) return;
    this.#role = role;
    this.#changed();
    if (isPrimary && former !== undefined && former !== this.#pod) void this.#write(former, 'replica');
  }

  /** Writes the label, again when it changes, and now and then, until the signal. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const role = this.#role;
      const changed = new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
      const written = await this.#write(this.#pod, role);
      if (role !== this.#role) continue;
      const timer = new AbortController();
      const pause = delay(written ? AGAIN_MS : PAUSE_MS, undefined, {
        signal: AbortSignal.any([signal, timer.signal]),
      });
      await Promise.race([pause.catch(() => {}), changed]);
      timer.abort();
    }
  }

  async #write(pod: string, role: string): Promise<boolean> {
    try {
      const path = `/api/v1/namespaces/${this.#namespace}/pods/${pod}`;
      const { status } = await this.#api.call('PATCH', path, CALL_MS, { metadata: { labels: { [ROLE_LABEL]: role } } });
      if (status === 200) return true;
      if (pod === this.#pod) this.#onError(`the API server answered ${status}`);
    } catch (error) {
      if (pod === this.#pod) this.#onError(String(error));
    }
    return false;
  }
}
