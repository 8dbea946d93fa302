import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';

/**
 * The whole path and query of a request. Frameworks that cut the path of a mounted handler short keep it as `originalUrl`. What is sent
 * to a proxy has the host before it (RFC 9112, 3.2.2).
 */
export const urlOf = (req: IncomingMessage & { originalUrl?: string }): string =>
  (req.originalUrl ?? req.url ?? '/').replace(/^https?:\/\/[^/?#]*\/?/i, '/');

/** Whether the client has come by TLS. Frameworks that know which proxies to trust say it as `secure`. */
export const isSecure = (req: IncomingMessage & { secure?: boolean }): boolean =>
  req.secure ?? (req.socket as Partial<TLSSocket>).encrypted === true;

/** Why such a signal aborts: one for all, since an error of its own for each request would be costly. */
const OVER = new Error('the answer is sent, or the client has gone');

/** A signal that aborts when the answer is sent or the client has gone. */
export function abortOnClose(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => controller.abort(OVER));
  return controller.signal;
}

/** Gets JSON; undefined if none arrives within `ms`. */
export function getJson(url: URL, ms: number): Promise<unknown> {
  return new Promise((resolve) => {
    const end = () => resolve(undefined);
    get(url, { signal: AbortSignal.timeout(Math.ceil(ms)), agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('error', end);
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        try {
          resolve(JSON.parse(text));
        } catch {
          end();
        }
      });
    }).on('error', end);
  });
}

/** Whether anything accepts connections there within `ms`. Only a refusal says no: then no process has the port open. */
export function accepts(url: string, ms: number): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const settle = (accepted: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(accepted);
    };
    const timer = setTimeout(() => settle(true), ms);
    socket.once('connect', () => settle(true));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED'));
  });
}

/** Whether a request has a body, as its head says. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
