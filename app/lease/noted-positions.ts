import type { Positions } from '../liteset/litefs/positions.ts';
import type { Elector } from './core/elector.ts';

/**
 * The positions that this pod notes in the Lease when it writes it: those of its LiteFS and, where the application says
 * so, those that replicas have confirmed instead.
 */
export class NotedPositions {
  readonly #elector: Pick<Elector, 'positions'>;
  #litefs: Positions = {};
  #confirmed: Positions = {};

  constructor(elector: Pick<Elector, 'positions'>) {
    this.#elector = elector;
  }

  setLitefs(positions: Positions): void {
    this.#litefs = positions;
    this.#note();
  }

  /** `{}` if the application does not say. */
  setConfirmed(positions: Positions): void {
    this.#confirmed = positions;
    this.#note();
  }

  #note(): void {
    this.#elector.positions = { ...this.#litefs, ...this.#confirmed };
  }
}
