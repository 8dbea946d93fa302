import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { DEFAULT_LIMITS } from '../liteset/group-commit/group.ts';
import { consoleLike } from '../liteset/lib/console-like.ts';
import { listen } from '../liteset/lib/process.ts';
import { liteset as createLiteset } from '../liteset/liteset.ts';
import { LongReads } from '../liteset/reads/long-reads.ts';
import { boundedServer } from '../liteset/server/bounded-server.ts';
import { closeServer } from '../liteset/server/close-server.ts';
import { createApps } from './app.ts';
import { bytesOf, type Config } from './config.ts';
import { Database } from './database/database.ts';
import { keepUpToDate } from './upkeep.ts';
import type { ThreadData } from './writes/thread.ts';
import { writesOn } from './writes/writes.ts';

/** How long requests still arrive after the pod was taken from its Service, in milliseconds: proxies learn of it later. */
const DRAIN_MS = 2_000;

/** A running service. */
export interface Service {
  port: number;
  /** Stops it in order: not ready, the role given to another pod, no new connections, the last answers, the database. */
  stop(): Promise<void>;
}

/** Starts the service and returns when it listens. `appDir` is the folder of this file; `host` the address, all by default. */
export async function serve(config: Config & { host?: string | undefined }, appDir: string): Promise<Service> {
  const logger = pino({ level: config.logLevel, base: { pod: config.pod } });
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const liteset = createLiteset({
    ...config,
    ...{
      database: config.databasePath,
      maxBodyBytes: bytesOf(config.bodyLimit),
      clusterHost: config.host,
      logger: consoleLike(logger),
    },
  });
  const aside = new LongReads({ database: config.databasePath });
  const database = new Database(config.databasePath, {
    mayCreate: () => liteset.role() === 'primary',
    version: () => (config.sharedReads ? liteset.version() : undefined),
    aside,
  });
  const committer = liteset.committer({
    thread: config.writerThread ? writerThread(config, appDir) : undefined,
    here: writesOn(database),
    limits: { maxGroup: config.writeGroup },
  });
  // A connection of the time as a replica holds nothing that the primary needs.
  liteset.onBecomePrimary(() => {
    database.close();
    committer.reopen();
  });
  const stopUpkeep = keepUpToDate({
    database,
    liteset,
    logger,
    migrations: join(appDir, 'database', 'migrations'),
    sampleInvoices: config.sampleInvoices,
  });
  const lifecycle = { draining: false };
  const { app, status } = createApps({ config, database, liteset, committer, logger, registry, lifecycle, appDir });
  const server = boundedServer(app, {
    keepAliveMs: config.keepAliveSeconds * 1_000,
    connections: config.maxConnections,
  });
  const port = await listen(server, { port: config.port, host: config.host, setting: 'PORT' });
  const statusServer = config.statusPort === undefined ? undefined : boundedServer(status);
  if (statusServer)
    await listen(statusServer, { port: config.statusPort ?? 0, host: config.host, setting: 'STATUS_PORT' });
  logger.info({ port, litefs: config.litefsUrl ?? 'none' }, 'listening');

  return {
    port,
    async stop() {
      lifecycle.draining = true;
      logger.info('going down');
      stopUpkeep();
      await liteset.leave();
      // From here on writes that still arrive go to the new primary.
      if (config.litefsUrl !== undefined) await sleep(DRAIN_MS);
      await closeServer(server);
      // Last, so that the probes see how the pod stands until then.
      if (statusServer) await closeServer(statusServer);
      await liteset.close();
      aside.close();
      await committer.close();
      database.close();
      logger.info('stopped');
    },
  };
}

/** The thread that does the writes of requests. */
function writerThread(
  { databasePath, litefsUrl, writeGroup }: Config,
  appDir: string,
): { program: string; data: ThreadData } {
  const data: ThreadData = {
    path: databasePath,
    onLitefs: litefsUrl !== undefined,
    limits: { ...DEFAULT_LIMITS, maxGroup: writeGroup },
  };
  return { program: join(appDir, 'writes', 'thread.ts'), data };
}
