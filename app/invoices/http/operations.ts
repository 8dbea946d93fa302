import { type RequestHandler, Router } from 'express';
import { STATUS_PATH } from '../../liteset/membership/peers.ts';
import { type ProbeOptions, probes } from './probes.ts';

/** What those ask who run the service, not its clients: probes, metrics, and the status for the other pods. */
export function operations({ expose, ...options }: ProbeOptions & { expose: RequestHandler }): Router {
  const router = Router();
  router.use(probes(options));
  router.get('/metrics', expose);
  router.get(STATUS_PATH, (_req, res) => void res.json(options.liteset.status()));
  return router;
}
