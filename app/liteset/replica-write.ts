import type { ErrorRequestHandler } from 'express';
import type { Membership } from './membership.ts';
import { Problem } from './problem.ts';
import { problems, RETRY_AFTER } from './problems.ts';

/**
 * Turns SQLite's words for LiteFS's refusal into a problem that says what happened. SQLite calls it "attempt to write a
 * readonly database" with a rollback journal, and "disk I/O error" with a WAL. It happens to a handler that writes on a
 * GET, and to a write that was under way when the role changed.
 */
export function explainReplicaWrite(membership: Membership): ErrorRequestHandler {
  return (error, _req, _res, next) => {
    const refused = membership.role === 'replica' && membership.streaming && isRefusal(error);
    if (!refused) return next(error);
    const primary = membership.primary ?? null;
    const detail = `This pod (${membership.pod}) is a replica, the primary is ${primary ?? 'not known'}. Nothing was written.`;
    next(new Problem(problems.replicaWrite, detail, { extensions: { primary }, headers: RETRY_AFTER, cause: error }));
  };
}

function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_READONLY');
}
