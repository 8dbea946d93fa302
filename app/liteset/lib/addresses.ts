import { lookup } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The addresses of names, as DNS told them last. The system's resolver has no deadline that one could set, and may try for
 * half a minute when a DNS server is gone with the node that is to be replaced: whoever asks waits for a limited time,
 * and is then told what was known before. One look-up at a time is under way for each name.
 */
export class Addresses {
  readonly #known = new Map<string, readonly string[]>();
  readonly #lookingUp = new Map<string, Promise<void>>();
  readonly #resolve: (name: string) => Promise<readonly string[]>;

  /** `resolve` looks one name up, and throws if it cannot. */
  constructor(resolve = resolveByDns) {
    this.#resolve = resolve;
  }

  /** All addresses of these names; what DNS does not tell within `ms` is as it was told last. */
  async of(names: readonly string[], ms: number): Promise<string[]> {
    const end = new AbortController();
    const late = delay(ms, undefined, { signal: end.signal }).catch(() => {});
    await Promise.race([Promise.all(names.map((name) => this.#refresh(name))), late]);
    end.abort();
    return [...new Set(names.flatMap((name) => this.#known.get(name) ?? []))];
  }

  #refresh(name: string): Promise<void> {
    const lookingUp = this.#lookingUp.get(name) ?? this.#lookUp(name).finally(() => this.#lookingUp.delete(name));
    this.#lookingUp.set(name, lookingUp);
    return lookingUp;
  }

  async #lookUp(name: string): Promise<void> {
    // An error may say that there is no such name, or that nobody answers: pods that were there may still be.
    const found = await this.#resolve(name).catch(() => undefined);
    if (found) this.#known.set(name, found);
  }
}

const resolveByDns = async (name: string): Promise<string[]> =>
  (await lookup(name, { all: true })).map(({ address }) => address);
