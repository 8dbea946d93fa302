import { setTimeout as pause } from 'node:timers/promises';
import type { Order } from '../assertions/invoices.ts';
import { type Answer, ask, json } from '../cluster/http.ts';
import type { Release } from '../cluster/release.ts';
import { until } from '../cluster/until.ts';
import { History, type Operation, type Outcome, outcomeOfWrite } from './history.ts';

/** Sessions that write and read what they wrote, and sessions that only read. */
const WRITERS = 3;
const READERS = 2;
/** What a session rests between two requests, in milliseconds: two cores serve the cluster, too. */
const REST_MS = 30;
/** How often a write of unknown outcome is sent again, with the same Idempotency-Key. */
const REPEATS = 2;

interface Session {
  readonly name: string;
  token: string | undefined;
  /** The last acknowledged write. */
  last: { mark: string; id: number } | undefined;
}

/** A mixed load through the Ingress, each request of which is recorded. Each write leaves a mark of its own. */
export class ChaosLoad {
  readonly history = new History();
  /** Begins every mark of this load. */
  readonly prefix = `chaos-${Date.now().toString(36)}-`;
  readonly #release: Release;
  readonly #order: Order;
  readonly #end = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(release: Release, order: Order) {
    this.#release = release;
    this.#order = order;
    const sessions = (kind: string, count: number) =>
      Array.from({ length: count }, (_, i): Session => ({ name: `${kind}${i}`, token: undefined, last: undefined }));
    this.#running = Promise.all([
      ...sessions('w', WRITERS).map((session) => this.#repeat(this.#writeAndRead(session))),
      ...sessions('r', READERS).map((session) => this.#repeat(() => this.#read(session))),
    ]);
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  /** Waits until so many more writes, which are sent from now on, are acknowledged. */
  async acknowledges(count = 5): Promise<void> {
    const now = performance.now();
    await until(`${count} acknowledged writes`, 'NEW_PRIMARY_AFTER_CRASH', () => {
      return this.history.writes('done').filter(({ sent }) => sent > now).length >= count;
    });
  }

  async #repeat(work: () => Promise<void>): Promise<void> {
    while (!this.#end.signal.aborted) {
      await work();
      await pause(REST_MS, undefined, { signal: this.#end.signal }).catch(() => {});
    }
  }

  #writeAndRead(session: Session): () => Promise<void> {
    let number = 0;
    return async () => {
      await this.#write(session, `${this.prefix}${session.name}-${number++}`);
      await this.#read(session);
    };
  }

  async #write(session: Session, mark: string): Promise<void> {
    const sent = performance.now();
    const request = {
      ...{ method: 'POST', token: session.token, headers: { 'idempotency-key': mark } },
      body: { ...this.#order, billingAddress: mark },
    };
    const outcomes: Outcome[] = [];
    let answer: Answer | undefined;
    let said = '';
    do {
      [answer, said] = await attempt(this.#release, '/api/invoices', request);
      outcomes.push(answer ? outcomeOfWrite(answer) : 'unknown');
    } while (outcomes.at(-1) === 'unknown' && outcomes.length <= REPEATS && !this.#end.signal.aborted);
    const done = outcomes.at(-1) === 'done';
    const outcome = done ? 'done' : outcomes.every((it) => it === 'refused') ? 'refused' : 'unknown';
    if (answer && done) {
      session.last = { mark, id: json<{ invoiceId: number }>(answer, 201).invoiceId };
      session.token = answer.token;
    }
    this.#note({ kind: 'write', session, mark, sent, outcome, said, attempts: outcomes.length }, answer);
  }

  async #read(session: Session): Promise<void> {
    const sent = performance.now();
    const path = session.last ? `/api/invoices/${session.last.id}` : '/api/invoices?limit=3';
    const [answer, said] = await attempt(this.#release, path, { token: session.token });
    const outcome = answer?.status === 200 || answer?.status === 404 ? 'done' : 'unknown';
    if (answer && outcome === 'done') session.token = answer.token;
    const found = answer?.status === 200;
    const mark = session.last?.mark ?? '';
    const mayGo = answer?.headers['liteset-replicas'] !== undefined;
    this.#note({ kind: 'read', session, mark, sent, outcome, said, attempts: 1, found, mayGo }, answer);
  }

  #note({ session, ...what }: Noted, answer: Answer | undefined): void {
    this.history.add({
      ...{ ...what, session: session.name, answered: performance.now() },
      ...{ pod: answer?.pod ?? '', txid: answer?.position ?? '' },
      replayed: answer?.headers['idempotency-replayed'] !== undefined,
    });
  }
}

/** What a session itself knows of a request. */
type Noted = Omit<Operation, 'session' | 'answered' | 'pod' | 'txid' | 'replayed'> & { session: Session };

async function attempt(release: Release, path: string, request: object): Promise<[Answer | undefined, string]> {
  try {
    const answer = await ask(release.ingress, path, request);
    return [answer, answer.status < 300 ? `${answer.status}` : `${answer.status} ${answer.text.slice(0, 200)}`];
  } catch (error) {
    return [undefined, String(error)];
  }
}
