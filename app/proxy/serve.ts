import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import { consoleLike } from '../liteset/lib/console-like.ts';
import { listen } from '../liteset/lib/process.ts';
import { AskedPosition } from '../liteset/litefs/asked-position.ts';
import { type Position, parsePosition } from '../liteset/litefs/position.ts';
import { liteset as createLiteset } from '../liteset/liteset.ts';
import { Problem, sendProblem } from '../liteset/problem/problem.ts';
import { measureRequests } from '../liteset/prometheus.ts';
import { relay } from '../liteset/routing/relay.ts';
import { boundedServer } from '../liteset/server/bounded-server.ts';
import { closeServer } from '../liteset/server/close-server.ts';
import { Agent } from './agent.ts';
import { AgentsApplication } from './application.ts';
import type { Config } from './config.ts';
import { answerStatus, registryOf, type StatusParts } from './status.ts';
import { asksForUpgrade, Upgrades } from './upgrade.ts';

/** How much longer than it may take itself an answer of the agent's may take, in milliseconds. */
const ANSWER_MS = 1_000;

/** A running proxy. */
export interface Proxy {
  port: number;
  /** Stops it in order: not ready, the role given to another pod, no new connections, the last answers. */
  stop(): Promise<void>;
}

/** Starts the proxy and returns when it listens. `host` is the address, all by default. */
export async function serve(config: Config & { host?: string | undefined }): Promise<Proxy> {
  const logger = pino({ level: config.logLevel, base: { pod: config.pod } });
  const end = new AbortController();
  const agent = new Agent(consoleLike(logger));
  const { appPort, readyPath, stopMs } = config;
  const application = new AgentsApplication({ port: appPort, path: readyPath, stopMs }, agent);
  const liteset = createLiteset({
    ...config,
    ...{ clusterHost: config.host, logger: consoleLike(logger) },
    ...{ runOn: 'primary', application, positions: new AskedPosition(() => ask(agent, config)) },
  });
  const upgrades = new Upgrades(liteset, config.pod);
  application.onStop(() => upgrades.endHere());
  const lifecycle = { draining: false };
  agent.onTerminating(() => {
    logger.info('the application is told to end');
    lifecycle.draining = true;
    void liteset.leave().then(() => agent.ask('left').catch(() => {}));
  });
  const parts: StatusParts = { liteset, application, agent, upgrades, lifecycle };
  const registry = registryOf(parts);
  const measure = measureRequests(registry);
  const answersStatus: RequestListener = (req, res) =>
    void (answerStatus(req, res, parts, registry) || res.writeHead(404).end());
  const passOn: RequestListener = (req, res) => {
    if (config.statusPort === undefined && answerStatus(req, res, parts, registry)) return;
    // Whoever keeps the connection for another request would meet its end.
    if (lifecycle.draining) res.shouldKeepAlive = false;
    measure(req, res);
    liteset.middleware(req, res, (connection) => void toApplication(req, res, connection, config.pod));
  };
  const server = proxyServer(passOn, config, upgrades);
  const port = await listen(server, { port: config.port, host: config.host, setting: 'PORT' });
  const statusServer = config.statusPort === undefined ? undefined : boundedServer(answersStatus);
  if (statusServer)
    await listen(statusServer, { port: config.statusPort ?? 0, host: config.host, setting: 'STATUS_PORT' });
  const following = agent.follow(config.agentSocket, end.signal);
  logger.info({ port, application: config.appPort }, 'listening');

  return {
    port,
    async stop() {
      lifecycle.draining = true;
      logger.info('going down');
      await liteset.leave();
      upgrades.end();
      await closeServer(server);
      // Last, so that the probes see how the pod stands until then.
      if (statusServer) await closeServer(statusServer);
      end.abort();
      await Promise.all([liteset.close(), following]);
      logger.info('stopped');
    },
  };
}

/** Where the agent says that the database stands; undefined if there is none. */
async function ask(agent: Agent, { database, settleMs }: Config): Promise<Position | undefined> {
  const { positions } = await agent.ask('positions', { settleMs }, settleMs + ANSWER_MS);
  return parsePosition(positions.get(database) ?? '');
}

/** How long a request takes to come is the application's to bound: what is sent may be as long as it takes. */
function proxyServer(listener: RequestListener, config: Config, upgrades: Upgrades): Server {
  const limits = { keepAliveMs: config.keepAliveSeconds * 1_000, requestMs: 0, connections: config.maxConnections };
  const server = boundedServer(listener, { ...limits, isUpgrade: asksForUpgrade });
  return server.on('upgrade', (req, near, head) => void upgrades.take(req, near, head));
}

async function toApplication(req: IncomingMessage, res: ServerResponse, socket: Socket | undefined, by: string) {
  if (!socket) throw new Error('a request has come without a connection to the application');
  try {
    await relay(req, res, { socket, to: 'application', by });
  } catch (error) {
    if (error instanceof Problem) return sendProblem(res, error);
    res.destroy();
    throw error;
  }
}
