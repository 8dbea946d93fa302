import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Verdict } from './survey.ts';

/**
 * What others than LiteFS ask: `/livez`, `/readyz`, `/metrics`, and `/position` for the other pods' sidecars. It is ready
 * when it listens: to be without the API server must not take a pod out of service, which still answers reads.
 */
export async function answerStatus(
  req: IncomingMessage,
  res: ServerResponse,
  registry: Registry,
  verdict: () => Verdict,
): Promise<void> {
  if (req.url === '/metrics') {
    const text = await registry.metrics();
    res.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
  } else if (req.url === '/position') json(res, verdict());
  else if (req.url === '/livez' || req.url === '/readyz') json(res, { status: 'ok' });
  else res.writeHead(404).end();
}

const json = (res: ServerResponse, body: unknown): void => {
  res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

/** Listens on a port of a host; all addresses if there is none. */
export function listen(listener: RequestListener, port: number, host: string | undefined): Promise<Server> {
  const server = createServer(listener);
  // Go's client keeps a connection 90 s; one that is closed in its face would be an error where none is.
  server.keepAliveTimeout = 120_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve(server));
  });
}
