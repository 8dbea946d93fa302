import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../wait-for.ts';
import { History } from './history.ts';
import type { Reply, Service } from './service.ts';

/** How a load is made. */
export interface LoadOptions {
  /** Sessions that write, and read what they wrote. */
  readonly writers: number;
  /** Sessions that only read. They carry the token of one answer to the next, as writers do. */
  readonly readers?: number;
  /** Sessions that only read, without a token: who has just come. */
  readonly strangers?: number;
  /** What a session rests between two requests, in milliseconds. Default: 30, since two cores serve the pods, too. */
  readonly restMs?: number;
  /** How often a write of unknown outcome is sent again, with the same mark. Default: never. */
  readonly repeats?: number;
  /** How long `acknowledges` waits, in milliseconds. */
  readonly patienceMs?: number;
}

interface Session {
  readonly name: string;
  readonly carriesToken: boolean;
  token: string | undefined;
  /** The last acknowledged write. */
  last: { mark: string; id: number | undefined } | undefined;
}

/** A mixed load, which begins at once and goes on until it is stopped. Each request is recorded, and each write leaves a mark of its own. */
export class Load {
  readonly history = new History();
  /** Begins every mark of this load. */
  readonly prefix = `load-${randomUUID().slice(0, 8)}-`;
  readonly #service: Service;
  readonly #options: LoadOptions;
  readonly #end = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(service: Service, options: LoadOptions) {
    this.#service = service;
    this.#options = options;
    const sessions = (kind: string, count = 0, carriesToken = true) =>
      Array.from({ length: count }, (_, i): Session => {
        return { name: `${kind}${i}`, carriesToken, token: undefined, last: undefined };
      });
    const { writers, readers, strangers } = options;
    this.#running = Promise.all([
      ...sessions('w', writers).map((session) => this.#repeat(this.#writeAndRead(session))),
      ...[...sessions('r', readers), ...sessions('s', strangers, false)].map((session) =>
        this.#repeat(() => this.#read(session)),
      ),
    ]);
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  /** Waits until so many more writes, which are sent from now on, are acknowledged. */
  async acknowledges(count = 5): Promise<void> {
    const now = performance.now();
    const enough = () => this.history.writes('done').filter(({ sent }) => sent > now).length >= count;
    await waitFor(`${count} acknowledged writes`, enough, this.#options.patienceMs);
  }

  async #repeat(work: () => Promise<void>): Promise<void> {
    while (!this.#end.signal.aborted) {
      await work();
      await pause(this.#options.restMs ?? 30, undefined, { signal: this.#end.signal }).catch(() => {});
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
    const replies: Reply[] = [];
    const goesOn = () => replies.length <= (this.#options.repeats ?? 0) && !this.#end.signal.aborted;
    do replies.push(await this.#service.write(mark, session.token));
    while (replies.at(-1)?.outcome === 'unknown' && goesOn());
    const reply = replies.at(-1) as Reply;
    const refused = replies.every(({ outcome }) => outcome === 'refused');
    const outcome = reply.outcome === 'done' ? 'done' : refused ? 'refused' : 'unknown';
    if (outcome === 'done') {
      session.last = { mark, id: reply.id };
      session.token = reply.token;
    }
    this.#note('write', session, mark, sent, { ...reply, outcome }, replies.length);
  }

  async #read(session: Session): Promise<void> {
    const sent = performance.now();
    const { id, mark = '' } = session.last ?? {};
    const reply = await this.#service.read(id, session.token);
    if (session.carriesToken && reply.outcome === 'done') session.token = reply.token;
    this.#note('read', session, mark, sent, reply, 1);
  }

  #note(
    kind: 'write' | 'read',
    { name, carriesToken }: Session,
    mark: string,
    sent: number,
    reply: Reply,
    attempts: number,
  ) {
    const { token: _token, replayed = false, ...rest } = reply;
    const session = carriesToken ? name : undefined;
    this.history.add({ ...rest, kind, session, mark, sent, answered: performance.now(), attempts, replayed });
  }
}
