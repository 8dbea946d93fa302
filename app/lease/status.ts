import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { PeerStatus } from './survey.ts';

/**
 * What others than LiteFS ask: `/livez`, `/readyz`, `/metrics`, and `/position` for the other pods' sidecars. It is ready
 * when it listens: to be without the API server must not take a pod out of service, which still answers reads.
 */
export async function answerStatus(
  req: IncomingMessage,
  res: ServerResponse,
  registry: Registry,
  peerStatus: () => PeerStatus,
): Promise<void> {
  if (req.url === '/metrics') {
    const text = await registry.metrics();
    res.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
  } else if (req.url === '/position') json(res, peerStatus());
  else if (req.url === '/livez' || req.url === '/readyz') json(res, { status: 'ok' });
  else res.writeHead(404).end();
}

const json = (res: ServerResponse, body: unknown): void => {
  res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};
