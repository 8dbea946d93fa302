import type { ErrorRequestHandler } from 'express';
import { abortOnClose } from './lib/abort-on-close.ts';
import type { Membership } from './membership/membership.ts';
import { Problem } from './problem/problem.ts';
import { problems, RETRY_AFTER } from './problem/types.ts';

/** How long the news of a demotion may take to arrive, in milliseconds: SQLite may hear of it before we do. */
const DEMOTION_MS = 250;

/**
 * Turns SQLite's words for LiteFS's refusal into a problem that says what happened. SQLite calls it "attempt to write a
 * readonly database" with a rollback journal, and "disk I/O error" with a WAL. It happens to a handler that writes on a
 * GET, and to a write that was under way when the role changed.
 */
export function explainReplicaWrite(membership: Membership): ErrorRequestHandler {
  return async (error, _req, res, next) => {
    if (!isRefusal(error) || !membership.streaming) return next(error);
    if (!(await membership.changes.until(() => membership.role === 'replica', DEMOTION_MS, abortOnClose(res))))
      return next(error);
    const primary = membership.primary ?? null;
    const detail = `This pod (${membership.pod}) is a replica, the primary is ${primary ?? 'not known'}. Nothing was written.`;
    next(new Problem(problems.replicaWrite, detail, { extensions: { primary }, headers: RETRY_AFTER, cause: error }));
  };
}

function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_READONLY');
}
