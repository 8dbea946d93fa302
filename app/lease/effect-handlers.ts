import type { Logger } from 'pino';
import { Addresses } from '../liteset/lib/addresses.ts';
import { accepts } from '../liteset/lib/http.ts';
import { monotonicMs } from '../liteset/lib/monotonic.ts';
import { askClusterId } from '../liteset/litefs/client.ts';
import type { Config } from './config.ts';
import type { EffectHandlers } from './driver.ts';
import type { LeaseStore } from './kubernetes/lease-store.ts';
import type { LitefsView } from './litefs-view.ts';
import type { Metrics } from './metrics.ts';
import { survey } from './survey.ts';

/** How long a connection to LiteFS's port on the loopback may take before it counts as accepted, in milliseconds. */
const PROBE_MS = 500;

/** What the core's effects are done with. */
export interface EffectTools {
  readonly store: LeaseStore;
  readonly view: LitefsView;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Does the core's effects: on the real Lease, and with the LiteFSes and sidecars of all pods. */
export function effectHandlers(config: Config, { store, view, metrics, logger }: EffectTools): EffectHandlers {
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
