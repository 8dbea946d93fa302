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
}

/** Largest answer that is read, in bytes: a Lease has some 2 KB. */
const LARGEST = 1_000_000;

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
  async call(method: 'GET' | 'PATCH' | 'POST', path: string, ms: number, content?: unknown): Promise<ApiAnswer> {
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
        method,
        agent: this.#agent,
        signal,
        headers: {
          Authorization: `Bearer ${token.trim()}`,
          Accept: 'application/json',
          ...(body !== undefined && {
            'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
            'Content-Length': Buffer.byteLength(body),
          }),
        },
      });
      call.on('error', reject).on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('error', reject);
        answer.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > LARGEST) call.destroy(new Error('the answer is too long'));
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: parse(text) }));
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
