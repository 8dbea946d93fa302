import { askLitefs } from '../liteset/litefs/client.ts';
import { followEvents, type LitefsEvent } from '../liteset/litefs/events.ts';
import { type Positions, txidOf } from '../liteset/litefs/positions.ts';

/** How many transactions back this pod can tell that it has passed a position. */
const REMEMBERED = 100_000;
/** How long this pod's LiteFS may take to answer, in milliseconds. */
const ASK_MS = 1_000;

/** This pod's LiteFS, followed by its events: its role, its positions, and those that it has passed. */
export class LitefsView {
  readonly #passed = new Map<string, true>();
  readonly #onChange: (view: LitefsView) => void;
  #positions: Positions = {};
  #isPrimary = false;
  #seen = false;

  /** `onChange` is called whenever its role or its positions may have changed. */
  constructor(onChange: (view: LitefsView) => void) {
    this.#onChange = onChange;
  }

  get isPrimary(): boolean {
    return this.#isPrimary;
  }

  /** Where it stands, or stood last if it is gone. */
  get positions(): Positions {
    return this.#positions;
  }

  /** Whether it has ever answered: then its address is right, and a refusal there means something. */
  get seen(): boolean {
    return this.#seen;
  }

  /** Whether it has stood at that position since this process began to watch it. */
  passed(database: string, position: string): boolean {
    return this.#passed.has(`${database} ${position}`);
  }

  /** Follows LiteFS until the signal. */
  follow(url: string, signal: AbortSignal): Promise<void> {
    const onEvent = (event: LitefsEvent) => {
      if (event.type === 'tx') return this.see({ [event.db]: `${event.data.txID}/${event.data.postApplyChecksum}` });
      if (event.type === 'init') this.#begin(url).catch(() => this.#lead(false));
      this.#lead(event.data.isPrimary);
    };
    return followEvents(url, { onEvent, onLost: () => this.#lead(false) }, signal);
  }

  /** Takes in where databases stand; an answer may be older than an event. */
  see(positions: Positions): void {
    for (const [database, position] of Object.entries(positions)) {
      this.#passed.set(`${database} ${position}`, true);
      if (txidOf(positions, database) >= txidOf(this.#positions, database))
        this.#positions = { ...this.#positions, [database]: position };
    }
    const [oldest] = this.#passed.keys();
    if (this.#passed.size > REMEMBERED && oldest !== undefined) this.#passed.delete(oldest);
    this.#onChange(this);
  }

  async #begin(url: string): Promise<void> {
    this.#seen = true;
    // A LiteFS that starts anew may have been given another volume. Events tell only what is new.
    this.#positions = {};
    const status = await askLitefs(url, ASK_MS);
    if (status) this.see(status.positions);
  }

  #lead(isPrimary: boolean): void {
    this.#isPrimary = isPrimary;
    this.#onChange(this);
  }
}
