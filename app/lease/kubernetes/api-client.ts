import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';

/** Where the API server is, and what a pod shows it. */
export interface ApiAccess {
  /** E.g. `https://10.96.0.1:443`. */
  readonly url: string;
  /** Folder with `token` and `ca.crt`, as Kubernetes mounts it. Both are read anew when they change. */
  readonly credentials: string;
}

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  /** How long the API server asks to be left alone (`Retry-After`), in milliseconds; 0 if it does not. */
  readonly retryAfterMs: number;
}

/**
 * Largest answer that is read, in characters. A Lease has some 2 KB, or as much as somebody makes it: at the most 1.5 MB in
 * etcd, and more as JSON.
 */
const LARGEST = 8_000_000;

/** Media types of what is sent. APPLY is a PATCH that makes the object if there is none (server-side apply). */
const TYPES = {
  PATCH: 'application/merge-patch+json',
  APPLY: 'application/apply-patch+yaml',
  POST: 'application/json',
};

/** The little of the Kubernetes API that is needed: one call, one deadline, no retry. */
export class ApiClient {
  readonly #access: ApiAccess;
  #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  #ca: string | undefined;

  constructor(access: ApiAccess) {
    this.#access = access;
  }

  /**
   * Sends a request. Rejects if the whole answer has not arrived within `ms`, or the connection fails: a write may then
   * have been applied, or may still be. A PATCH is a merge patch. A connection that did not answer is not used again.
   */
  async call(method: 'GET' | keyof typeof TYPES, path: string, ms: number, content?: unknown): Promise<ApiAnswer> {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(ms)));
    const { credentials, url } = this.#access;
    const [token, ca] = await Promise.all([
      readFile(join(credentials, 'token'), 'utf8'),
      readFile(join(credentials, 'ca.crt'), 'utf8'),
    ]);
    if (ca !== this.#ca) this.#trust(ca);
    const body = content === undefined ? undefined : JSON.stringify(content);
    return new Promise((resolve, reject) => {
      const call = request(new URL(path, url), {
        method: method === 'APPLY' ? 'PATCH' : method,
        agent: this.#agent,
        signal,
        headers: {
          Authorization: `Bearer ${token.trim()}`,
          Accept: 'application/json',
          ...(body !== undefined &&
            method !== 'GET' && { 'Content-Type': TYPES[method], 'Content-Length': Buffer.byteLength(body) }),
        },
      });
      call.on('error', reject).on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('error', reject);
        answer.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > LARGEST) call.destroy(new Error('the answer is too long'));
        });
        answer.on('end', () => {
          const retryAfterMs = 1_000 * (Number(answer.headers['retry-after']) || 0);
          resolve({ status: answer.statusCode ?? 0, body: parse(text), retryAfterMs });
        });
      });
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #trust(ca: string): void {
    this.#agent.destroy();
    this.#agent = new Agent({ keepAlive: true, maxSockets: 4, ca });
    this.#ca = ca;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
