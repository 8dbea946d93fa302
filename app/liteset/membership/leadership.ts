import type { Role } from '../options.ts';

/**
 * How long the word of the old primary on who took over counts more than LiteFS's, in milliseconds. LiteFS names the old
 * one for a moment after a switchover, and nobody until it has connected to the new one, for about a second. What other pods say
 * of themselves lasts as long.
 */
const ANNOUNCED_MS = 3_000;

/** What somebody else than LiteFS says of who the primary is, and until when that is believed. */
interface Word {
  readonly host: string;
  readonly until: number;
}

/** This pod's role, and who the primary is, by what LiteFS, the old primary and the other pods say. */
export class Leadership {
  readonly #pod: string;
  #role: Role = 'replica';
  #named: string | undefined;
  #announced: Word | undefined;
  #suggested: Word | undefined;
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
    return believed(this.#announced) ?? this.#named ?? believed(this.#suggested);
  }

  /** Whether LiteFS itself follows a primary; after a switchover that is announced sooner than LiteFS has connected. */
  get following(): boolean {
    return this.#role === 'replica' && this.#named !== undefined;
  }

  /** Takes in the old primary's word that it has switched over to another pod. */
  announce(host: string): void {
    this.#announced = word(host);
  }

  /** Takes in what another pod says of itself, which counts only while LiteFS names nobody. */
  suggest(host: string): void {
    this.#suggested = word(host);
  }

  /** Takes in what LiteFS says. */
  set(role: Role, named: string | undefined): void {
    this.#role = role;
    // Just after it has given the lease up, LiteFS may still find its own name there.
    this.#named = named && named !== this.host ? named : undefined;
    if (role === 'primary' || this.#named === this.#announced?.host) this.#announced = undefined;
    if (role === 'primary' || this.#named !== undefined) this.#suggested = undefined;
  }

  /** Takes in that LiteFS says nothing any more: what was announced may be as old. */
  lose(): void {
    this.#announced = undefined;
    this.#suggested = undefined;
    this.set('replica', undefined);
  }
}

const word = (host: string): Word => ({ host, until: performance.now() + ANNOUNCED_MS });
const believed = (said: Word | undefined): string | undefined =>
  said !== undefined && performance.now() < said.until ? said.host : undefined;
