import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../../lib/wait-for.ts';
import type { LitefsPod } from './litefs-pod.ts';

/** A write that was answered with 201. */
interface Acknowledged {
  text: string;
  at: number;
  pod: string;
}

/** What the load has seen, and what it must not have. */
export interface LoadResult {
  acknowledged: number;
  failed: string[];
  /** Acknowledged writes that are not there. */
  lost: string[];
  /** Writes that are there more than once. */
  duplicated: string[];
  /** Reads with a token that showed less than one before. */
  backwards: number;
  reads: number;
  /** Longest pauses between two acknowledged writes, in milliseconds, longest first. */
  gaps: number[];
}

/** Writers with unique ids and readers with tokens, each going from pod to pod. Whatever they see is recorded. */
export class Load {
  readonly #targets: () => LitefsPod[];
  readonly #name: string;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #failed: string[] = [];
  readonly #running: Promise<void>[] = [];
  #stopped = false;
  #backwards = 0;
  #reads = 0;

  /** `targets` are the pods that the Ingress would send to now. */
  constructor(name: string, targets: () => LitefsPod[]) {
    this.#name = name;
    this.#targets = targets;
  }

  start(writers: number, readers: number): void {
    for (let i = 0; i < writers; i++) this.#running.push(this.#write(i));
    for (let i = 0; i < readers; i++) this.#running.push(this.#read(i));
  }

  get texts(): string[] {
    return this.#acknowledged.map(({ text }) => text);
  }

  /** Waits until so many more writes have been acknowledged. */
  async more(writes: number): Promise<void> {
    const enough = this.#acknowledged.length + writes;
    await waitFor(`${writes} more writes`, async () => this.#acknowledged.length >= enough);
  }

  /** Ends the load. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** Compares the record with what a pod has. */
  async check(pod: LitefsPod): Promise<LoadResult> {
    const rows = (await (await fetch(`${pod.url}/rows`)).json()) as string[];
    const mine = rows.filter((text) => text.startsWith(this.#name));
    const there = new Set(mine);
    const times = this.#acknowledged.map(({ at }) => at).sort((a, b) => a - b);
    return {
      acknowledged: this.#acknowledged.length,
      failed: this.#failed,
      lost: this.texts.filter((text) => !there.has(text)),
      duplicated: mine.filter((text, i) => mine.indexOf(text) !== i),
      backwards: this.#backwards,
      reads: this.#reads,
      gaps: times
        .slice(1)
        .map((at, i) => Math.round(at - (times[i] ?? at)))
        .sort((a, b) => b - a),
    };
  }

  async #write(writer: number): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const text = `${this.#name} ${writer}.${n}`;
      const pod = this.#pick(writer + n);
      try {
        const answer = await fetch(`${pod.url}/rows`, { method: 'POST', body: text });
        if (answer.status === 201)
          this.#acknowledged.push({ text, at: performance.now(), pod: answer.headers.get('Liteset-Pod') ?? '' });
        else this.#failed.push(`${text} at ${pod.url}: ${answer.status} ${await answer.text()}`);
        await answer.arrayBuffer().catch(() => {});
      } catch (error) {
        this.#failed.push(`${text} at ${pod.url}: ${String(error)} ${String((error as Error).cause)}`);
      }
      await delay(5);
    }
  }

  async #read(reader: number): Promise<void> {
    let token: string | null = null;
    let seen = 0;
    for (let n = 0; !this.#stopped; n++) {
      const pod = this.#pick(reader + n);
      try {
        const answer: Response = await fetch(`${pod.url}/rows/newest`, {
          headers: token ? { 'Liteset-Token': token } : {},
        });
        const { count } = (await answer.json()) as { count?: number };
        if (count === undefined) throw new Error(`status ${answer.status}`);
        if (count < seen) this.#backwards++;
        [seen, token] = [count, answer.headers.get('Liteset-Token')];
        this.#reads++;
      } catch (error) {
        this.#failed.push(`read at ${pod.url}: ${String(error)}`);
      }
      await delay(10);
    }
  }

  #pick(n: number): LitefsPod {
    const targets = this.#targets();
    const pod = targets[n % targets.length];
    if (!pod) throw new Error('no pod to send to');
    return pod;
  }
}
