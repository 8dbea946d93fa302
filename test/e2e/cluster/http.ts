import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { type Timeout, timeout } from './timeouts.ts';

/** Where requests go: an address on this machine and, if the ingress controller is to choose by it, a host name. */
export interface Endpoint {
  readonly url: string;
  readonly host?: string;
}

/** A request. The body is sent as JSON unless it is a string. */
export interface Request {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** What an earlier answer gave as `token`. */
  token?: string | undefined;
  /** How long the answer may take. Default: REQUEST. */
  limit?: Timeout;
}

/** What came back, with Liteset's headers by their meaning. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Which pod answered. */
  readonly pod: string;
  readonly role: string;
  readonly position: string;
  readonly token: string;
}

// As browsers and proxies do; a pod or proxy that closes a connection in use shows up as a failed request.
const agent = new Agent({ keepAlive: true });

/** Sends a request and returns the answer, whatever its status. fetch would not send a host name that is not the address's. */
export function ask({ url, host }: Endpoint, path: string, what: Request = {}): Promise<Answer> {
  const body = typeof what.body === 'string' ? what.body : what.body === undefined ? '' : JSON.stringify(what.body);
  const headers = {
    ...(what.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(body ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    ...(host === undefined ? {} : { host }),
    ...(what.token === undefined ? {} : { 'liteset-token': what.token }),
    ...what.headers,
  };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout(what.limit ?? 'REQUEST'));
    const sent = request(new URL(path, url), { method: what.method ?? 'GET', headers, agent, signal }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.once('error', reject).once('end', () => resolve(understand(answer.statusCode ?? 0, answer.headers, text)));
    });
    sent.once('error', (error) =>
      reject(new Error(`${what.method ?? 'GET'} ${path}: ${error.message}`, { cause: error })),
    );
    sent.end(body);
  });
}

function understand(status: number, headers: IncomingHttpHeaders, text: string): Answer {
  const header = (name: string) => String(headers[name] ?? '');
  return {
    status,
    headers,
    text,
    pod: header('liteset-pod'),
    role: header('liteset-role'),
    position: header('liteset-position'),
    token: header('liteset-token'),
  };
}

/** The answer's JSON. @throws Error with the answer if its status is another than expected */
export function json<T>(answer: Answer, status = 200): T {
  if (answer.status !== status) {
    throw new Error(`${answer.status} instead of ${status} from ${answer.pod}: ${answer.text.slice(0, 500)}`);
  }
  return JSON.parse(answer.text) as T;
}
