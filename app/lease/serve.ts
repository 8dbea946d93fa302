import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type ListenAddress, listen } from '../liteset/lib/process.ts';
import { boundedServer } from './bounded-server.ts';
import type { Config } from './config.ts';
import { followConfirmed } from './confirmed.ts';
import { foreignDatabase } from './core/freshness.ts';
import { onDiscarded } from './kubernetes/discarded-event.ts';
import { onVolume } from './kubernetes/volume-event.ts';
import { answerReport } from './report.ts';
import { answerStatus } from './status.ts';
import type { PeerStatus } from './survey.ts';
import { giveBack, watch } from './watch.ts';
import { type Wiring, wire } from './wiring.ts';

/** A running sidecar. */
export interface Sidecar {
  /** Ends it. A lease whose LiteFS is gone is given back first. */
  stop(): Promise<void>;
}

/** Starts the sidecar and returns when it listens. */
export async function serve(config: Config): Promise<Sidecar> {
  const end = new AbortController();
  const sidecar = wire(config, end.signal);
  const { api, driver, elector, link, logger } = sidecar;
  const servers = await listenAll(config, sidecar);
  begin(config, sidecar, end.signal);
  logger.info({ lease: config.LEASE_NAME, seconds: config.LEASE_SECONDS }, 'listening');

  return {
    async stop() {
      await giveBack(elector, driver);
      end.abort();
      link.close();
      for (const server of servers) server.close().closeAllConnections();
      api.close();
      logger.info('stopped');
    },
  };
}

/** The way to the primary; what LiteFS and the application ask on the loopback; what others ask. */
async function listenAll(config: Config, sidecar: Wiring): Promise<Server[]> {
  const { consul, elector, events, fences, link, metrics, view } = sidecar;
  await link.listen();
  const inside = await listenHttp(
    (req, res) => {
      if (req.url === '/fence') fences.follow(res);
      else if (req.url === '/discarded')
        answering(
          res,
          answerReport(req, res, (body) => onDiscarded(body, events)),
        );
      else if (req.url === '/volume')
        answering(
          res,
          answerReport(req, res, (body) => onVolume(body, events, metrics)),
        );
      else answering(res, consul.handle(req, res));
    },
    { port: config.CONSUL_PORT, host: config.CONSUL_HOST, setting: 'CONSUL_PORT' },
  );
  const outside = boundedServer((req, res) =>
    answering(
      res,
      answerStatus(req, res, metrics.registry, () => statusOf(elector, view)),
    ),
  );
  await listen(outside, { port: config.STATUS_PORT, host: config.STATUS_HOST, setting: 'STATUS_PORT' });
  return [inside, outside];
}

/** An answer that breaks off costs its caller the connection, and nobody else anything. */
function answering(res: ServerResponse, answer: Promise<void>): void {
  answer.catch((error: unknown) => res.destroy(error instanceof Error ? error : undefined));
}

/** Begins what goes on until the signal. */
function begin(
  config: Config,
  { driver, elector, label, link, logger, noted, view }: Wiring,
  signal: AbortSignal,
): void {
  void view.follow(config.LITEFS_URL, signal);
  void followConfirmed(config.CONFIRMED_URL, (positions) => noted.setConfirmed(positions), signal);
  if (config.ROLE_LABEL === 'true') void label.keep(signal);
  void watch(elector, driver, link, logger, signal);
}

async function listenHttp(listener: RequestListener, address: ListenAddress): Promise<Server> {
  const server = createServer(listener);
  // Go's client keeps a connection 90 s; one that is closed in its face would be an error where none is.
  server.keepAliveTimeout = 120_000;
  await listen(server, address);
  return server;
}

function statusOf({ self, observed }: Wiring['elector'], view: Wiring['view']): PeerStatus {
  const record = observed.known?.record;
  return {
    pod: self.pod,
    foreign: record !== undefined && foreignDatabase(record, view.positions, view, self.pod) !== undefined,
  };
}
