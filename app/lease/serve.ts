import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { Addresses } from '../liteset/lib/addresses.ts';
import { accepts } from '../liteset/lib/http.ts';
import { monotonicMs } from '../liteset/lib/monotonic.ts';
import { askClusterId } from '../liteset/litefs/client.ts';
import type { Positions } from '../liteset/litefs/positions.ts';
import type { Config } from './config.ts';
import { followConfirmed } from './confirmed.ts';
import { ConsulApi } from './consul/consul-api.ts';
import { PrimaryLink } from './consul/primary-link.ts';
import { witness } from './consul/witness.ts';
import { foreignDatabase } from './core/freshness.ts';
import { Keeper } from './core/keeper.ts';
import { identityOf, VIRGIN } from './core/record.ts';
import { timing } from './core/timing.ts';
import { Driver, type World } from './driver.ts';
import { FenceStream, whereIs } from './fence-stream.ts';
import { ApiClient } from './kubernetes/api-client.ts';
import { DiscardedEvents } from './kubernetes/discarded-event.ts';
import { LeaseStore } from './kubernetes/lease-store.ts';
import { RoleLabel } from './kubernetes/role-label.ts';
import { LitefsView } from './litefs-view.ts';
import { type Metrics, metricsOf } from './metrics.ts';
import { answerStatus, listen } from './status.ts';
import { survey, type Verdict } from './survey.ts';
import { watch, watchHolders } from './watch.ts';

/** How long a connection to LiteFS's port on the loopback may take before it counts as accepted, in milliseconds. */
const PROBE_MS = 500;
/** How long a sidecar that ends tries to give the lease of a dead LiteFS back, in milliseconds. */
const LAST_MS = 2_500;

/** A running sidecar. */
export interface Sidecar {
  /** Ends it. A lease whose LiteFS is gone is given back first. */
  stop(): Promise<void>;
}

/** Starts the sidecar and returns when it listens. */
export async function serve(config: Config): Promise<Sidecar> {
  const logger = pino({ level: config.LOG_LEVEL, base: { pod: config.POD_NAME } });
  const api = new ApiClient({ url: config.apiUrl, credentials: config.KUBERNETES_CREDENTIALS });
  const keeper = keeperOf(config);
  const metrics = metricsOf(keeper);
  const label = new RoleLabel(api, config.POD_NAMESPACE, config.POD_NAME, (reason) =>
    logger.warn({ reason }, 'the label of the pod cannot be written'),
  );
  const holders = watchHolders(keeper, logger);
  let confirmed: Positions = {};
  const note = () => {
    keeper.positions = { ...view.positions, ...confirmed };
  };
  const view: LitefsView = new LitefsView(() => {
    note();
    label.set(view.isPrimary, holders.former);
  });
  const fences = new FenceStream();
  const driver = new Driver(worldOf(config, api, view, metrics, logger), () => {
    fences.set(keeper.fence, whereIs(keeper.knowledge.known?.record ?? VIRGIN));
    holders.look();
  });
  const link = new PrimaryLink();
  const linkUrl = await link.listen(config.LINK_PORT, config.CONSUL_HOST);
  const consul = new ConsulApi(keeper, driver, witness(logger, metrics), {
    url: linkUrl,
    lead: (url, address) => link.lead(url, address),
  });
  const end = new AbortController();
  const pod = { namespace: config.POD_NAMESPACE, name: config.POD_NAME, uid: config.POD_UID };
  const onUnwritten = (reason: string) => logger.warn({ reason }, 'an Event cannot be written');
  const discarded = new DiscardedEvents(api, pod, onUnwritten, end.signal);
  const servers = [
    await listen(
      (req, res) => {
        if (req.url === '/fence') fences.follow(res);
        else if (req.url === '/discarded') void discarded.handle(req, res);
        else void consul.handle(req, res);
      },
      config.CONSUL_PORT,
      config.CONSUL_HOST,
    ),
    await listen(
      (req, res) => void answerStatus(req, res, metrics.registry, () => verdictOf(keeper, view)),
      config.STATUS_PORT,
      config.STATUS_HOST,
    ),
  ];
  void view.follow(config.LITEFS_URL, end.signal);
  const onConfirmed = (positions: Positions) => {
    confirmed = positions;
    note();
  };
  void followConfirmed(config.CONFIRMED_URL, onConfirmed, end.signal);
  if (config.ROLE_LABEL === 'true') void label.keep(end.signal);
  void watch(keeper, driver, link, end.signal);
  logger.info({ lease: config.LEASE_NAME, seconds: config.LEASE_SECONDS }, 'listening');

  return {
    async stop() {
      // A native sidecar ends after the application's container: nobody else can give the lease of a dead LiteFS back sooner.
      for (const last = monotonicMs() + LAST_MS; keeper.holds() && monotonicMs() < last; await delay(100))
        await driver.run((now) => keeper.releaseForDead(now));
      end.abort();
      link.close();
      for (const server of servers) server.close().closeAllConnections();
      api.close();
      logger.info('stopped');
    },
  };
}

function keeperOf(config: Config): Keeper {
  const self = {
    identity: identityOf(config.POD_NAME, config.POD_UID),
    pod: config.POD_NAME,
    address: config.POD_IPS?.[0] ?? '',
    founder: /-0$/.test(config.POD_NAME),
  };
  return new Keeper(self, timing(config.LEASE_SECONDS, config.LEASE_GRACE_SECONDS));
}

function worldOf(config: Config, api: ApiClient, view: LitefsView, metrics: Metrics, logger: Logger): World {
  const store = new LeaseStore(api, config.POD_NAMESPACE, config.LEASE_NAME);
  const peers = {
    names: config.PEERS,
    addresses: new Addresses(),
    own: config.ownAddresses,
    litefsPort: Number(new URL(config.LITEFS_URL).port),
    sidecarPort: config.STATUS_PORT,
  };
  return {
    async call(call) {
      const started = monotonicMs();
      const answer = await store.call(call);
      metrics.calls.observe({ call: call.do, result: answer.kind }, (monotonicMs() - started) / 1_000);
      if (answer.kind === 'failed' || answer.kind === 'missing')
        logger.warn({ call: call.do, answer }, 'the API server does not give the Lease');
      return answer;
    },
    survey: (ms) => survey(view, config.LITEFS_URL, peers, ms),
    identify: () => askClusterId(config.LITEFS_URL, PROBE_MS),
    // Where LiteFS has never answered, a refusal may mean that the address is wrong.
    listening: async () => !view.seen || (await accepts(config.LITEFS_URL, PROBE_MS)),
  };
}

function verdictOf(keeper: Keeper, view: LitefsView): Verdict {
  const { pod } = keeper.self;
  const record = keeper.knowledge.known?.record;
  return { pod, foreign: record !== undefined && foreignDatabase(record, view.positions, view, pod) !== undefined };
}
