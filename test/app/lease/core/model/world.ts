import type { Answer, Effect } from '../../../../../app/lease/core/effects.ts';
import type { Survey } from '../../../../../app/lease/core/freshness.ts';
import { identityOf } from '../../../../../app/lease/core/record.ts';
import type { Timing } from '../../../../../app/lease/core/timing.ts';
import { txidOf } from '../../../../../app/liteset/litefs/positions.ts';
import type { ApiServer } from './api-server.ts';
import { Events } from './events.ts';
import { Litefs } from './litefs.ts';
import { type Meddling, meddlingOf } from './meddling-kind.ts';
import { Clock } from './process.ts';
import { Random } from './random.ts';
import { Sidecar } from './sidecar.ts';
import type { Variant } from './variant.ts';

interface Pod {
  readonly litefs: Litefs;
  readonly sidecar: Sidecar;
  readonly clock: Clock;
  /** Real time until which none of its calls reaches the API server, and no answer comes back. */
  cutOffUntil: number;
  /** When the application's permission to acknowledge ends, as it was last told, on the pod's clock. */
  until: number;
}

/** Two to four pods, their API server, and what may go wrong on the way between them. */
export class World {
  readonly events = new Events();
  readonly random: Random;
  readonly api: ApiServer;
  readonly pods: Pod[];
  readonly timing: Timing;
  /** How often a sidecar looks at the Lease: mostly rarer than in the product, so that the schedules run quicker. */
  readonly pollMs: number;
  /** How long LiteFS waits before it looks for a primary again (`lease.reconnect-delay`). */
  readonly reconnectMs: number;
  readonly #variant: Variant;
  #ids = 0;
  /** How likely the request, or the answer, of a call to the API server is lost. */
  loss = 0;
  /** How often some pod became primary. */
  terms = 0;
  /** The pod that became primary before the grace had passed, though it lacked what the Lease had told. */
  stale = '';
  readonly meddling: Meddling;

  constructor(seed: number, variant: Variant) {
    this.random = new Random(seed);
    this.#variant = variant;
    this.meddling = meddlingOf(seed);
    this.api = variant.api();
    this.timing = variant.timing([3, 5, 10][this.random.below(3)] as number);
    this.pollMs = this.random.chance(0.15) ? this.timing.pollMs : this.random.between(0.3, 1) * this.timing.leaseMs;
    this.reconnectMs = this.random.chance(0.15) ? 200 : 1_000;
    this.pods = Array.from({ length: 2 + this.random.below(3) }, (_, index) => this.#pod(index));
  }

  start(): void {
    for (const { sidecar, litefs } of this.pods) {
      sidecar.start();
      this.events.after(this.random.between(0, 2_000), () => litefs.start());
    }
  }

  newId(): string {
    return `id-${++this.#ids}`;
  }

  /** A call to the API server: it may be lost, or be late, and so may its answer. */
  call(from: Sidecar, effect: Effect, answer: (delay: number, answer: Answer) => void): void {
    const pod = this.pods.find(({ sidecar }) => sidecar === from);
    const lost = () => this.events.now < (pod?.cutOffUntil ?? 0) || this.random.chance(this.loss);
    if (lost()) return;
    this.events.after(this.#latency(), () => {
      const result = this.#answer(effect);
      if (!lost()) answer(this.#latency(), result);
    });
  }

  #answer(effect: Effect): Answer {
    const { now } = this.events;
    if (effect.do === 'write') return this.api.write(effect.record, effect.version, now);
    return effect.do === 'make' ? this.api.make(now) : this.api.read();
  }

  #latency(): number {
    return this.random.chance(0.9) ? this.random.between(0.5, 10) : this.random.between(10, 3_000);
  }

  /** A replica asks for the stream of the pod that was advertised to it. */
  connect(replica: Litefs, name: string): Litefs | undefined {
    const primary = this.pods.find(({ litefs }) => litefs.name === name)?.litefs;
    if (primary === undefined || primary === replica || !primary.alive || !primary.isPrimary) return undefined;
    replica.positions = primary.positions;
    return primary;
  }

  /** A transaction on the primary, and its replication. */
  write(primary: Litefs): void {
    this.terms++;
    const txid = (this.terms + 1).toString(16).padStart(16, '0');
    primary.positions = { db: `${txid}/${txid}` };
    for (const { litefs, sidecar } of this.pods) {
      if (litefs.following === primary) litefs.positions = primary.positions;
      sidecar.elector.positions = litefs.positions;
    }
  }

  /** A LiteFS becomes primary, with a lease that lasts, and may lack what the Lease has told before. */
  led(litefs: Litefs): void {
    const pod = this.pods.find((pod) => pod.litefs === litefs);
    const stale = txidOf(litefs.positions, 'db') < this.api.noted && pod !== undefined && pod.clock.now() < pod.until;
    if (stale && this.api.idleMs < 0.98 * this.timing.graceMs) this.stale ||= litefs.name;
  }

  /** A LiteFS is primary no more: its replicas notice, the one that it switches over to excepted. */
  lost(primary: Litefs, except?: Litefs): void {
    for (const { litefs } of this.pods) if (litefs.following === primary && litefs !== except) litefs.disconnect();
  }

  /** LiteFSes that take writes now. */
  primaries(): number {
    let count = 0;
    for (let index = 0; index < this.pods.length; index++) if (this.pods[index]?.litefs.isPrimary) count++;
    return count;
  }

  /** Pods that would acknowledge a write now. */
  acknowledging(): number {
    let count = 0;
    for (const { litefs, clock, until } of this.pods)
      if (litefs.isPrimary && (!this.#variant.fenced || clock.now() < until)) count++;
    return count;
  }

  #pod(index: number): Pod {
    const clock = new Clock(this.events, this.random.between(0.99, 1.01), this.random.between(0, 1e6));
    const name = `pod-${index}`;
    const self = { identity: identityOf(name, `uid-${index}`), pod: name, mayBootstrap: index === 0 };
    const sidecar: Sidecar = new Sidecar(
      this,
      clock,
      () => this.#variant.elector(self, this.timing, this.events),
      () => this.#survey(litefs),
    );
    const litefs = new Litefs(this, clock, name, sidecar, this.timing.ttlMs);
    const pod: Pod = { litefs, sidecar, clock, cutOffUntil: 0, until: 0 };
    sidecar.listening = () => litefs.alive;
    sidecar.identity = () => (litefs.alive ? litefs.clusterId : undefined);
    sidecar.onFence = () => {
      pod.until = sidecar.elector.tenure?.until ?? pod.until;
    };
    return pod;
  }

  /** The model's pods have all seen all positions, and do not say that they are primary: only the Lease is to prevent two. */
  #survey(own: Litefs): Survey {
    const others = this.pods.map(({ litefs }) => litefs).filter((litefs) => litefs !== own && litefs.alive);
    return this.#variant.survey({
      own: own.alive ? own.positions : undefined,
      clusterId: own.clusterId,
      passed: () => true,
      peers: others.map(({ name, positions, clusterId }) => ({
        ...{ name, positions, clusterId },
        ...{ isPrimary: false, foreign: false },
      })),
    });
  }
}
