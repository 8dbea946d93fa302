import type { IncomingMessage, ServerResponse } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { urlOf } from '../liteset/lib/http.ts';
import { sendJson } from '../liteset/lib/send-json.ts';
import type { Liteset } from '../liteset/liteset.ts';
import { STATUS_PATH } from '../liteset/membership/peers.ts';
import { LITESET_METRICS, type Metric } from '../liteset/metrics.ts';
import { collected } from '../liteset/prometheus.ts';
import { type Lifecycle, whyNotReady } from '../liteset/readiness.ts';
import type { Application } from '../liteset/routing/application.ts';
import type { Agent } from './agent.ts';
import type { Upgrades } from './upgrade.ts';

/** What those ask about who run the proxy. */
export interface StatusParts {
  liteset: Liteset;
  application: Pick<Application, 'ready'>;
  agent: Pick<Agent, 'state'>;
  upgrades: Pick<Upgrades, 'count'>;
  lifecycle: Lifecycle;
}

const PROXY_METRICS: readonly Metric<StatusParts>[] = [
  {
    ...{ name: 'liteset_application_ready', kind: 'gauge' },
    help: '1 if the application runs on this pod and answers, else 0.',
    read: ({ application }) => Number(application.ready),
  },
  {
    ...{ name: 'liteset_agent_connected', kind: 'gauge' },
    help: "1 if the agent in the application's container answers, else 0.",
    read: ({ agent }) => Number(agent.state !== undefined),
  },
  {
    ...{ name: 'liteset_upgraded_connections', kind: 'gauge' },
    help: 'WebSockets and other upgraded connections that are passed through now.',
    read: ({ upgrades }) => upgrades.count,
  },
];

/** All metrics of the proxy but those of its requests. */
export function proxyMetrics(registry: Registry, parts: StatusParts): void {
  for (const metric of LITESET_METRICS) collected(registry, metric, parts.liteset);
  for (const metric of PROXY_METRICS) collected(registry, metric, parts);
}

/** A registry with all of them, and those of the process. */
export function registryOf(parts: StatusParts): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  proxyMetrics(registry, parts);
  return registry;
}

/**
 * Answers what those ask who run the proxy: `/livez`, `/readyz`, `/metrics`, and the status for the other pods. Returns whether it was
 * one of these.
 */
export function answerStatus(
  req: IncomingMessage,
  res: ServerResponse,
  parts: StatusParts,
  registry: Registry,
): boolean {
  const answer = answers[urlOf(req).split('?', 1)[0] ?? ''];
  if (!answer || (req.method !== 'GET' && req.method !== 'HEAD')) return false;
  void answer(res, parts, registry);
  return true;
}

const answers: Record<string, (res: ServerResponse, parts: StatusParts, registry: Registry) => void | Promise<void>> = {
  '/livez': (res) => sendJson(res, '{"status":"alive"}'),
  '/readyz': (res, parts) => {
    const reason = reasonOf(parts);
    const { liteset } = parts;
    if (reason === undefined) {
      sendJson(res, JSON.stringify({ status: 'ready', role: liteset.role(), position: liteset.position() }));
      return;
    }
    res.statusCode = 503;
    sendJson(res.setHeader('Retry-After', '1'), JSON.stringify({ status: 'not ready', reason }));
  },
  '/metrics': async (res, _parts, registry) => {
    const text = await registry.metrics();
    res.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
  },
  [STATUS_PATH]: (res, { liteset }) => sendJson(res, JSON.stringify(liteset.status())),
};

/** Where this pod is not the primary, the application need not answer. */
function reasonOf({ liteset, application, agent, lifecycle }: StatusParts): string | undefined {
  const reason = whyNotReady(liteset, lifecycle);
  if (reason !== undefined) return reason;
  if (agent.state === undefined) return "The agent in the application's container does not answer.";
  if (liteset.role() === 'primary' && !application.ready)
    return `The application does not answer. The agent says that it is ${agent.state}.`;
  return undefined;
}
