import type { Role } from '../options.ts';

/**
 * How long the word of the old primary on who took over counts more than LiteFS's, in milliseconds. LiteFS names the old
 * one for a moment after a switchover, and nobody until it has connected to the new one, for about a second.
 */
const ANNOUNCED_MS = 3_000;

/** This pod's role, and who the primary is, by what LiteFS and the old primary say. */
export class Leadership {
  readonly #pod: string;
  #role: Role = 'replica';
  #named: string | undefined;
  #announced: { host: string; until: number } | undefined;
  /** Host name of this pod, as LiteFS tells it to the others. It is known once this pod has been the primary. */
  host: string | undefined;

  constructor(pod: string) {
    this.#pod = pod;
  }

  get role(): Role {
    return this.#role;
  }

  /** Host name of the primary; the name of this pod if it is the primary. */
  get primary(): string | undefined {
    if (this.#role === 'primary') return this.#pod;
    const announced = this.#announced && performance.now() < this.#announced.until ? this.#announced.host : undefined;
    return announced ?? this.#named;
  }

  /** Whether LiteFS itself follows a primary; after a switchover that is announced sooner than LiteFS has connected. */
  get following(): boolean {
    return this.#role === 'replica' && this.#named !== undefined;
  }

  /** Takes in the old primary's word that it has switched over to another pod. */
  announce(host: string): void {
    this.#announced = { host, until: performance.now() + ANNOUNCED_MS };
  }

  /** Takes in what LiteFS says. */
  set(role: Role, named: string | undefined): void {
    this.#role = role;
    // Just after it has given the lease up, LiteFS may still find its own name there.
    this.#named = named && named !== this.host ? named : undefined;
    if (role === 'primary' || this.#named === this.#announced?.host) this.#announced = undefined;
  }

  /** Takes in that LiteFS says nothing any more: what was announced may be as old. */
  lose(): void {
    this.#announced = undefined;
    this.set('replica', undefined);
  }
}
