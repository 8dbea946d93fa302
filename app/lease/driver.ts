import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../liteset/lib/monotonic.ts';
import type { Answer, Effect, Op } from './core/effects.ts';
import type { Survey } from './core/freshness.ts';

/** Does the core's effects. */
export interface EffectHandlers {
  call(call: Extract<Effect, { do: 'read' | 'write' | 'make' }>): Promise<Answer>;
  survey(ms: number): Promise<Survey>;
  identify(): Promise<string | undefined>;
  listening(): Promise<boolean>;
}

/** Runs the core's work, one piece after the other: LiteFS asks for one thing at a time, but a killed one leaves some behind. */
export class Driver {
  readonly #handlers: EffectHandlers;
  readonly #onStep: () => void;
  #last: Promise<unknown> = Promise.resolve();

  /** `onStep` is called after each effect, when the core may know something new. */
  constructor(handlers: EffectHandlers, onStep: () => void) {
    this.#handlers = handlers;
    this.#onStep = onStep;
  }

  /** Begins when the work before it has ended. */
  run<T>(begin: (now: number) => Op<T>): Promise<T> {
    const result = this.#last.then(() => this.#perform(begin(monotonicMs())));
    this.#last = result.catch(() => {});
    return result;
  }

  async #perform<T>(op: Op<T>): Promise<T> {
    let step = op.next();
    while (!step.done) {
      const sentAt = monotonicMs();
      const answer = await this.#answer(step.value);
      step = op.next({ sentAt, at: monotonicMs(), answer });
      this.#onStep();
    }
    return step.value;
  }

  async #answer(effect: Effect): Promise<Answer> {
    switch (effect.do) {
      case 'wait':
        await delay(effect.ms);
        return { kind: 'waited' };
      case 'survey':
        return { kind: 'survey', survey: await this.#handlers.survey(effect.ms) };
      case 'identify':
        return { kind: 'identity', clusterId: await this.#handlers.identify() };
      case 'probe':
        return { kind: 'probe', listening: await this.#handlers.listening() };
      default:
        return this.#handlers.call(effect);
    }
  }
}
