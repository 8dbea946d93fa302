import type { Answer, Effect } from '../core/effects.ts';
import type { ApiClient } from './api-client.ts';
import { leasePatch, parseLease } from './lease-object.ts';

type Call = Extract<Effect, { do: 'read' | 'write' }>;

/** Reads and writes the one Lease. */
export class LeaseStore {
  readonly #api: ApiClient;
  readonly #path: string;

  constructor(api: ApiClient, namespace: string, name: string) {
    this.#api = api;
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
  }

  /** Does a call. It never throws: what is not understood says nothing of what happened, and counts as `failed`. */
  async call(call: Call): Promise<Answer> {
    try {
      const { status, body } =
        call.do === 'read'
          ? await this.#api.call('GET', this.#path, call.ms)
          : await this.#api.call(
              'PATCH',
              this.#path,
              call.ms,
              leasePatch(call.record, call.version, call.acquires, new Date()),
            );
      if (status === 404) return { kind: 'missing' };
      if (status === 409) return { kind: 'conflict' };
      const known = status === 200 ? parseLease(body) : undefined;
      return known ? { kind: 'lease', known } : { kind: 'failed', reason: `status ${status}: ${messageOf(body)}` };
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message || error.name : String(error) };
    }
  }
}

/** What the API server says in its `Status` object. */
function messageOf(body: unknown): string {
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : body;
  return String(message).slice(0, 200);
}
