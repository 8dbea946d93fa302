import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import type { Observer } from './consul-api.ts';

/** Logs and counts what came of LiteFS's calls. LiteFS asks every second: what is as it was before is not logged again. */
export function observerOf(logger: Logger, { acquisitions, renewals }: Metrics): Observer {
  let logged = '';
  return {
    acquired(acquisition) {
      acquisitions.inc({ result: acquisition.kind });
      const reason = 'reason' in acquisition ? acquisition.reason : undefined;
      const outcome = `${acquisition.kind} ${reason?.replace(/; refused for another.*/, '')}`;
      if (outcome === logged) return;
      logged = outcome;
      if (acquisition.kind === 'refused' || acquisition.kind === 'failed')
        logger.warn({ reason }, `this pod does not become primary: ${acquisition.kind}`);
      else
        logger.info(
          `the lease was ${acquisition.kind === 'acquired' ? 'acquired' : 'not acquired: another pod has it'}`,
        );
    },
    renewed(result) {
      renewals.inc({ result });
      if (result === 'expired') logger.warn('the lease could not be renewed: LiteFS steps down');
      logged = result;
    },
  };
}
