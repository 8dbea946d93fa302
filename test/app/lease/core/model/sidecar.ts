import type { Answer, Effect, Op } from '../../../../../app/lease/core/effects.ts';
import type { Elector } from '../../../../../app/lease/core/elector.ts';
import type { Survey } from '../../../../../app/lease/core/freshness.ts';
import type { Events } from './events.ts';
import { type Clock, Process } from './process.ts';
import type { Random } from './random.ts';

/** What a sidecar finds around it. */
interface Surroundings {
  readonly events: Events;
  readonly random: Random;
  /** How often it looks at the Lease. */
  readonly pollMs: number;
  /** A call to the API server, which may never be answered. */
  call(from: Sidecar, effect: Effect, answer: (delay: number, answer: Answer) => void): void;
}

/** The process around an elector: one piece of work after the other, each effect with its deadline. */
export class Sidecar extends Process {
  readonly #world: Surroundings;
  readonly #create: () => Elector;
  readonly #survey: () => Survey;
  #queue: (() => void)[] = [];
  #busy = false;
  elector: Elector;
  /** Whether anything listens on LiteFS's port. */
  listening = () => true;
  /** Identity of LiteFS's cluster, as it would say it. */
  identity = (): string | undefined => '';
  /** Called whenever the fence may have changed. */
  onFence = () => {};
  /** LiteFS's open calls, which break when this process dies. */
  readonly callers = new Set<() => void>();

  constructor(world: Surroundings, clock: Clock, create: () => Elector, survey: () => Survey) {
    super(world.events, clock);
    this.#world = world;
    this.#create = create;
    this.#survey = survey;
    this.elector = create();
  }

  override kill(): void {
    super.kill();
    for (const broken of [...this.callers]) broken();
  }

  start(): void {
    this.alive = true;
    this.elector = this.#create();
    this.#queue = [];
    this.#busy = false;
    this.#poll();
  }

  /** Does a piece of work when those before it are done. */
  work<T>(begin: (elector: Elector, now: number) => Op<T>, done: (result: T) => void): void {
    const run = () => {
      const op = begin(this.elector, this.clock.now());
      const step = (result: IteratorResult<Effect, T>): void => {
        this.onFence();
        if (!result.done) {
          this.#perform(result.value, (sentAt, answer) => step(op.next({ sentAt, at: this.clock.now(), answer })));
          return;
        }
        done(result.value);
        this.#busy = false;
        this.#next();
      };
      step(op.next());
    };
    this.#queue.push(run);
    this.#next();
  }

  #next(): void {
    if (this.#busy) return;
    const run = this.#queue.shift();
    if (run === undefined) return;
    this.#busy = true;
    run();
  }

  #poll(): void {
    const again = () => this.#poll();
    this.sleep(this.#world.pollMs, () => {
      if (this.elector.holds()) this.work((elector, now) => elector.releaseForDead(now), again);
      else this.work<unknown>((elector) => elector.read(), again);
    });
  }

  #perform(effect: Effect, resume: (sentAt: number, answer: Answer) => void): void {
    const sentAt = this.clock.now();
    const { random } = this.#world;
    if (effect.do === 'wait') this.sleep(effect.ms, () => resume(sentAt, { kind: 'waited' }));
    else if (effect.do === 'probe') {
      const answer = { kind: 'probe', listening: this.listening() } as const;
      this.after(random.between(0, 2), () => resume(sentAt, answer));
    } else if (effect.do === 'identify') {
      const answer = { kind: 'identity', clusterId: this.identity() } as const;
      this.after(random.between(0, 2), () => resume(sentAt, answer));
    } else if (effect.do === 'survey') {
      const answer = { kind: 'survey', survey: this.#survey() } as const;
      this.after(random.between(1, 20), () => resume(sentAt, answer));
    } else this.#callServer(effect, (answer) => resume(sentAt, answer));
  }

  #callServer(effect: Effect & { ms: number }, resume: (answer: Answer) => void): void {
    let settled = false;
    const settle = (answer: Answer) => {
      if (settled) return;
      settled = true;
      resume(answer);
    };
    this.sleep(effect.ms, () => settle({ kind: 'failed', reason: 'deadline' }));
    const { life } = this;
    this.#world.call(this, effect, (delay, answer) => this.after(delay, () => settle(answer), life));
  }
}
