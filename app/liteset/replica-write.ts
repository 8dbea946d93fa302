import type { ServerResponse } from 'node:http';
import { abortOnClose } from './lib/http.ts';
import { sqliteCode } from './lib/sqlite-code.ts';
import type { Membership } from './membership/membership.ts';
import { Problem } from './problem/problem.ts';
import { problems, RETRY_AFTER } from './problem/types.ts';

/** How long the news of a demotion may take to arrive, in milliseconds: SQLite may hear of it before we do. */
const DEMOTION_MS = 250;

/**
 * Turns SQLite's words for LiteFS's refusal into a problem that says what happened; any other error is returned as it is. SQLite calls
 * it "attempt to write a readonly database" with a rollback journal, and "disk I/O error" with a WAL. It happens to a handler that
 * writes on a GET, and to a write that was under way when the role changed.
 */
export async function explainReplicaWrite(
  membership: Membership,
  error: unknown,
  res: ServerResponse,
): Promise<unknown> {
  if (!isRefusal(error) || !membership.streaming) return error;
  const isReplica = () => membership.role === 'replica';
  if (!(await membership.changes.until(isReplica, DEMOTION_MS, abortOnClose(res)))) return error;
  const primary = membership.primary ?? null;
  const detail = `This pod (${membership.pod}) is a replica, the primary is ${primary ?? 'not known'}. Nothing was written.`;
  return new Problem(problems.replicaWrite, detail, { extensions: { primary }, headers: RETRY_AFTER, cause: error });
}

function isRefusal(error: unknown): boolean {
  return /^SQLITE_(IOERR|READONLY)/.test(sqliteCode(error) ?? '');
}
