import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ApiClient } from './api-client.ts';

const CALL_MS = 2_000;
/** Pause after an attempt that failed, in milliseconds: a pod that has just been cut off may be so again. */
const PAUSE_MS = 1_000;

const discardedBody = z.object({ count: z.number().int().positive(), first: z.string(), last: z.string() });
type Discarded = z.infer<typeof discardedBody>;

/** The pod that Events are about. */
export interface EventSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * `POST /discarded` with `{"count": 2, "first": "<TXID>", "last": "<TXID>"}`: the application says that transactions of this
 * pod are not in the primary's history. It becomes an Event of the pod, reason `TransactionsDiscarded`.
 */
export class DiscardedEvents {
  readonly #api: ApiClient;
  readonly #pod: EventSubject;
  readonly #onError: (reason: string) => void;
  readonly #signal: AbortSignal;

  /** Until the signal what could not be written is tried again. */
  constructor(api: ApiClient, pod: EventSubject, onError: (reason: string) => void, signal: AbortSignal) {
    this.#api = api;
    this.#pod = pod;
    this.#onError = onError;
    this.#signal = signal;
  }

  /** Answers 202, or 400 to what cannot be understood. */
  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const discarded = discardedBody.safeParse(json(await text(req).catch(() => '')));
    res.writeHead(discarded.success ? 202 : 400).end();
    if (discarded.success) await this.#write(eventOf(this.#pod, discarded.data));
  }

  async #write(event: object): Promise<void> {
    const path = `/api/v1/namespaces/${this.#pod.namespace}/events`;
    while (!this.#signal.aborted) {
      const problem = await this.#api.call('POST', path, CALL_MS, event).then(
        ({ status }) => (status === 201 ? undefined : `the API server answered ${status}`),
        (error: unknown) => String(error),
      );
      if (problem === undefined) return;
      this.#onError(problem);
      await delay(PAUSE_MS, undefined, { signal: this.#signal }).catch(() => {});
    }
  }
}

function eventOf({ namespace, name, uid }: EventSubject, { count, first, last }: Discarded): object {
  const now = new Date().toISOString();
  const message =
    `${count} transactions of this pod, TXID ${first} to ${last}, are not in the primary's history and were discarded. ` +
    'Its log says where those are kept that could be; see docs/how-to/runbooks/lease.md.';
  return {
    metadata: { generateName: `${name}-` },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    ...{ type: 'Warning', reason: 'TransactionsDiscarded', message, count: 1 },
    ...{ firstTimestamp: now, lastTimestamp: now, source: { component: 'liteset-lease' } },
  };
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
