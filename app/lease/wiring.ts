import { pino } from 'pino';
import type { Config } from './config.ts';
import { ConsulApi } from './consul/consul-api.ts';
import { observerOf } from './consul/observer.ts';
import { PrimaryLink } from './consul/primary-link.ts';
import { Elector } from './core/elector.ts';
import { identityOf, UNHELD } from './core/record.ts';
import { timing } from './core/timing.ts';
import { Driver } from './driver.ts';
import { effectHandlers } from './effect-handlers.ts';
import { FenceStream, whereIs } from './fence-stream.ts';
import { Holders } from './holders.ts';
import { ApiClient } from './kubernetes/api-client.ts';
import { LeaseStore } from './kubernetes/lease-store.ts';
import { PodEvents } from './kubernetes/pod-events.ts';
import { RoleLabel } from './kubernetes/role-label.ts';
import { LitefsView } from './litefs-view.ts';
import { metricsOf } from './metrics.ts';
import { NotedPositions } from './noted-positions.ts';

/** All that the sidecar is made of. */
export type Wiring = ReturnType<typeof wire>;

/**
 * Puts the sidecar together: nothing listens yet, and nothing has begun. What could not be written to the API server is
 * tried again until the signal.
 */
export function wire(config: Config, signal: AbortSignal) {
  const { POD_NAMESPACE: namespace, POD_NAME: pod, POD_UID: uid, CONSUL_HOST: host, LINK_PORT: port } = config;
  const litefsPort = Number(new URL(config.LITEFS_URL).port);
  const logger = pino({ level: config.LOG_LEVEL, base: { pod } });
  const warn = (message: string) => (reason: string) => logger.warn({ reason }, message);
  const api = new ApiClient({ url: config.apiUrl, credentials: config.KUBERNETES_CREDENTIALS });
  const label = new RoleLabel(api, namespace, pod, warn('the label of the pod cannot be written'));
  const events = new PodEvents(api, { namespace, name: pod, uid }, warn('an Event cannot be written'), signal);
  const store = new LeaseStore(api, namespace, config.LEASE_NAME);

  const elector = electorOf(config);
  const metrics = metricsOf(elector);
  const holders = new Holders(elector, logger);
  const noted = new NotedPositions(elector);
  const view = new LitefsView(({ positions, isPrimary }) => {
    noted.setLitefs(positions);
    label.set(isPrimary, holders.former);
  });
  const fences = new FenceStream();
  const driver = new Driver(effectHandlers(config, { store, view, metrics, logger }), () => {
    fences.set(elector.tenure, whereIs(elector.observed.known?.record ?? UNHELD));
    holders.look();
  });
  const link = new PrimaryLink({ host, port, setting: 'LINK_PORT' });
  const consul = new ConsulApi(elector, driver, observerOf(logger, metrics), link, litefsPort);
  return { logger, api, elector, metrics, label, noted, view, fences, driver, link, consul, events };
}

function electorOf(config: Config): Elector {
  const self = {
    identity: identityOf(config.POD_NAME, config.POD_UID),
    pod: config.POD_NAME,
    address: config.POD_IPS?.[0] ?? '',
    mayBootstrap: /-0$/.test(config.POD_NAME),
  };
  return new Elector(self, timing(config.LEASE_SECONDS, config.LEASE_GRACE_SECONDS));
}
