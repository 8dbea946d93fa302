import type { Answer, Effect } from '../core/effects.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { leasePatch, othersAnnotations, parseLease } from './lease-object.ts';

/** What is written here is valid: then the annotations are longer than 256 KiB, together with what others have put there. */
const NOT_VALID = 422;

type Call = Extract<Effect, { do: 'read' | 'write' | 'make' }>;

/** Reads, writes and makes the one Lease. */
export class LeaseStore {
  readonly #api: ApiClient;
  readonly #name: string;
  readonly #path: string;
  /** Names of others' annotations, as the Lease was seen last, and whether the last write had no room beside them. */
  #others: readonly string[] = [];
  #full = false;

  constructor(api: ApiClient, namespace: string, name: string) {
    this.#api = api;
    this.#name = name;
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
  }

  /** Does a call. It never throws: what is not understood says nothing of what happened, and counts as `failed`. */
  async call(call: Call): Promise<Answer> {
    try {
      const { status, body, retryAfterMs } = await this.#send(call);
      if (status === 404) return { kind: 'missing' };
      if (status === 409) return { kind: 'conflict' };
      if (call.do === 'write') this.#full = status === NOT_VALID;
      const known = status === 200 || status === 201 ? parseLease(body) : undefined;
      if (known) this.#others = othersAnnotations(body);
      if (known) return { kind: 'lease', known };
      return { kind: 'failed', reason: `status ${status}: ${messageOf(body)}`, retryAfterMs };
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error, call.ms) };
    }
  }

  #send(call: Call): Promise<ApiAnswer> {
    if (call.do === 'read') return this.#api.call('GET', this.#path, call.ms);
    if (call.do === 'write') {
      const patch = leasePatch(call.record, call.version, call.acquires, new Date(), this.#full ? this.#others : []);
      return this.#api.call('PATCH', this.#path, call.ms, patch);
    }
    // Applied, not created: a right to create that is for one name only covers no POST. An empty one changes nothing of a
    // Lease that is there.
    const empty = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: this.#name } };
    return this.#api.call('APPLY', `${this.#path}?fieldManager=liteset-lease`, call.ms, empty);
  }
}

function reasonOf(error: unknown, ms: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `the API server is slow: no answer in ${Math.round(ms)} ms`;
  return error.message || error.name;
}

/** What the API server says in its `Status` object. */
function messageOf(body: unknown): string {
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : body;
  return String(message).slice(0, 200);
}
