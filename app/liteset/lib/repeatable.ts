import type { IncomingMessage } from 'node:http';

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request asks for nothing to be changed, by its method. */
export const isSafe = ({ method = '' }: IncomingMessage): boolean => SAFE.has(method);

/** Whether a request may be sent again when nobody knows whether it was executed. */
export const isRepeatable = (req: IncomingMessage): boolean =>
  IDEMPOTENT.has(req.method ?? '') || req.headers['idempotency-key'] !== undefined;
